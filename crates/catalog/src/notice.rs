//! Word of a change, for those who keep facts in RAM.

use std::fmt;
use std::str::FromStr;

use crate::{AssetId, Error, FolderPath, TenantId};

/// A change made through any process that works on the same database, this one included.
///
/// Whoever keeps facts in RAM drops what the notice names; there is nothing else in it on purpose, because the fact may
/// have changed again by the time it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The asset is new, was changed, or is gone.
    Asset { tenant: TenantId, asset: AssetId },
    /// The folder is gone or somewhere else, with everything below it.
    Folder { tenant: TenantId, folder: FolderPath },
    /// A key of the tenant is new or was changed.
    Keys { tenant: TenantId },
    /// A preset of the tenant is new, was changed, or is gone.
    Presets { tenant: TenantId },
    /// A field of custom metadata of the tenant is new, was changed, or is gone.
    CustomFields { tenant: TenantId },
    /// A URL endpoint of the tenant is new, was changed, or is gone.
    UrlEndpoints { tenant: TenantId },
    /// A set of the tenant is new, was changed, or is gone.
    Sets { tenant: TenantId },
    /// Somebody of the tenant signed in or out, or has new URL tokens.
    Sessions { tenant: TenantId },
    /// The connection was lost for a while: anything may have changed.
    Missed,
}

/// As it travels between processes. Older and newer versions run side by side during an upgrade, so a spelling never
/// changes its meaning.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Asset { tenant, asset } => write!(f, "asset {} {asset}", tenant.0),
            Notice::Folder { tenant, folder } => write!(f, "folder {} {folder}", tenant.0),
            Notice::Keys { tenant } => write!(f, "keys {}", tenant.0),
            Notice::Presets { tenant } => write!(f, "presets {}", tenant.0),
            Notice::CustomFields { tenant } => write!(f, "custom-fields {}", tenant.0),
            Notice::UrlEndpoints { tenant } => write!(f, "url-endpoints {}", tenant.0),
            Notice::Sets { tenant } => write!(f, "sets {}", tenant.0),
            Notice::Sessions { tenant } => write!(f, "sessions {}", tenant.0),
            Notice::Missed => f.write_str("missed"),
        }
    }
}

impl FromStr for Notice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::Invalid(format!("`{text}` is no notice"));
        let tenant = |text: &str| text.parse().map(TenantId).map_err(|_| unknown());
        // A path may hold spaces.
        match text.splitn(3, ' ').collect::<Vec<_>>()[..] {
            ["asset", owner, asset] => {
                Ok(Notice::Asset { tenant: tenant(owner)?, asset: asset.parse()? })
            }
            ["folder", owner, path] => {
                Ok(Notice::Folder { tenant: tenant(owner)?, folder: path.parse()? })
            }
            ["keys", owner] => Ok(Notice::Keys { tenant: tenant(owner)? }),
            ["presets", owner] => Ok(Notice::Presets { tenant: tenant(owner)? }),
            ["custom-fields", owner] => Ok(Notice::CustomFields { tenant: tenant(owner)? }),
            ["url-endpoints", owner] => Ok(Notice::UrlEndpoints { tenant: tenant(owner)? }),
            ["sets", owner] => Ok(Notice::Sets { tenant: tenant(owner)? }),
            ["sessions", owner] => Ok(Notice::Sessions { tenant: tenant(owner)? }),
            ["missed"] => Ok(Notice::Missed),
            _ => Err(unknown()),
        }
    }
}
