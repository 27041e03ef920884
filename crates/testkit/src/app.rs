//! A library to test with.

use std::sync::Arc;

use bytes::Bytes;
use library::{
    Actor, Asset, Config, FolderPath, ImageEngine, KeyPair, Library, Name, TenantId, Upload,
};

use crate::{EchoEngine, Picture};

/// A library on a temporary disk, with tenant `demo` and one key pair.
#[derive(Debug)]
pub struct App {
    pub library: Library,
    pub tenant: TenantId,
    pub keys: KeyPair,
    /// The echo engine, unless another one was given.
    pub echo: Arc<EchoEngine>,
    /// Removed at the end.
    _data: tempfile::TempDir,
}

/// With defaults: in-memory catalog, echo engine, small caches.
pub async fn app() -> App {
    builder().build().await
}

pub fn builder() -> Builder {
    Builder::default()
}

/// What differs from the defaults.
#[derive(Default)]
pub struct Builder {
    config: Config,
    engine: Option<Arc<dyn ImageEngine>>,
}

impl Builder {
    /// Changes the configuration; storage is set afterwards.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    #[must_use]
    pub fn engine(mut self, engine: Arc<dyn ImageEngine>) -> Self {
        self.engine = Some(engine);
        self
    }

    pub async fn build(self) -> App {
        let data = tempfile::tempdir().expect("a temporary directory");
        let mut config = self.config;
        config.storage.data = data.path().to_owned();
        config.storage.database_url = "sqlite::memory:".into();
        config.cache.disk_bytes = 64 << 20;
        let echo = Arc::new(EchoEngine::default());
        let engine = self.engine.unwrap_or_else(|| Arc::clone(&echo) as Arc<dyn ImageEngine>);
        let library = Library::open(config, engine).await.expect("a library");
        let tenant = library.ensure_tenant("demo").await.expect("a tenant");
        let keys = KeyPair {
            public_key: "public_key_test".into(),
            private_key: "private_key_test".into(),
        };
        library.add_key(tenant, &keys, "test").await.expect("a key");
        App { library, tenant, keys, echo, _data: data }
    }
}

impl App {
    /// Who holds the key.
    pub const fn owner(&self) -> Actor {
        Actor::full(self.tenant)
    }

    /// Uploads a picture onto `path`, such as `/shop/cat.jpg`.
    pub async fn add(&self, path: &str, picture: Picture) -> Asset {
        self.add_bytes(path, picture.bytes()).await
    }

    /// Uploads any bytes.
    pub async fn add_bytes(&self, path: &str, bytes: impl Into<Bytes>) -> Asset {
        self.upload(upload_to(path), bytes).await.expect("an upload")
    }

    pub async fn upload(&self, upload: Upload, bytes: impl Into<Bytes>) -> library::Result<Asset> {
        let mut spool = self.library.spool()?;
        spool.write(bytes.into()).await?;
        let spooled = spool.finish().await?;
        Ok(self.library.upload(self.owner(), upload, spooled).await?.asset)
    }
}

/// An upload with nothing but a place.
pub fn upload_to(path: &str) -> Upload {
    let (folder, name) = path.rsplit_once('/').expect("a path with a slash");
    let folder = if folder.is_empty() { "/" } else { folder };
    Upload::to(FolderPath::parse(folder).expect("a folder"), Name::parse(name).expect("a name"))
}
