//! A store in a bucket of an S3-compatible service.

use std::{
    fs::File,
    io::{self, Read},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use catalog::Blob;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
    prefix::PrefixStore,
};

use super::{connection::Connector, io_error, object_path, store_error};
use crate::{BucketConfig, Error, Result, spool::TemporaryFile};

/// A part of a large object; what is not larger is put in one piece.
const PART: u64 = 8 << 20;
/// So long a request is made again when the service does not answer, or says that it cannot.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(super) struct Bucket {
    objects: PrefixStore<Arc<AmazonS3>>,
}

impl Bucket {
    pub(super) fn open(config: &BucketConfig) -> Result<Self> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&config.bucket)
            .with_region(&config.region)
            .with_access_key_id(&config.access_key)
            .with_secret_access_key(&config.secret_key)
            .with_allow_http(config.endpoint.starts_with("http://"))
            .with_retry(RetryConfig {
                max_retries: 4,
                retry_timeout: PATIENCE,
                ..RetryConfig::default()
            })
            // One object goes at a time, and not every service can do many.
            .with_disable_bulk_delete(true)
            .with_http_connector(Connector);
        if !config.endpoint.is_empty() {
            builder = builder.with_endpoint(&config.endpoint);
        }
        let store = builder.build().map_err(|error| {
            Error::Invalid(format!("the bucket {} cannot be used: {error}", config.bucket))
        })?;
        Ok(Self { objects: PrefixStore::new(Arc::new(store), Path::from(config.prefix.as_str())) })
    }

    pub(super) fn objects(&self) -> &dyn ObjectStore {
        &self.objects
    }

    /// An object is there as a whole or not at all. It is put whether it is there or not: a deletion that was given up
    /// may still be on its way.
    pub(super) async fn put(&self, file: TemporaryFile, blob: &Blob) -> Result<()> {
        let path = object_path(&blob.hash);
        let reading =
            tokio::task::spawn_blocking(move || File::open(&file.path).map(|f| (file, f)));
        // The file goes when the first one is dropped.
        let (_file, open) = reading.await.map_err(Error::unavailable)?.map_err(io_error)?;
        if blob.size <= PART {
            let (_, whole) = piece(open).await?;
            self.objects.put(&path, PutPayload::from(whole)).await.map_err(store_error)?;
            return Ok(());
        }
        let mut upload = self.objects.put_multipart(&path).await.map_err(store_error)?;
        let put = put_parts(&mut *upload, open).await;
        if put.is_err()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(%error, "parts of an upload were left behind in the bucket");
        }
        put
    }
}

/// One after the other, so that memory holds one.
async fn put_parts(upload: &mut dyn MultipartUpload, mut file: File) -> Result<()> {
    loop {
        let (rest, part) = piece(file).await?;
        if part.is_empty() {
            break;
        }
        upload.put_part(PutPayload::from(part)).await.map_err(store_error)?;
        file = rest;
    }
    upload.complete().await.map_err(store_error)?;
    Ok(())
}

/// The next bytes of a file, as many as a part has; empty at its end. Read away from the async threads.
async fn piece(mut file: File) -> Result<(File, Bytes)> {
    let reading = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::new();
        (&mut file).take(PART).read_to_end(&mut piece)?;
        Ok::<_, io::Error>((file, Bytes::from(piece)))
    });
    reading.await.map_err(Error::unavailable)?.map_err(io_error)
}
