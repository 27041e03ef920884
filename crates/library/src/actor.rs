//! Who asks, and what they may do.

use catalog::TenantId;

/// Who asks. A tenant is always known: it is part of the URL or follows from the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    pub tenant: TenantId,
    pub rights: Rights,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Sees what is listed and public.
    Anonymous,
    /// Holds a signed delivery URL: it opens `access`, not `visibility`.
    Signed,
    /// Holds a key of the tenant that is for looking only: sees everything, changes nothing.
    Reader,
    /// Holds a key of the tenant: everything.
    Full,
}

impl Rights {
    /// Whether what is hidden from the public is there for them.
    pub fn see_everything(self) -> bool {
        match self {
            Self::Reader | Self::Full => true,
            Self::Anonymous | Self::Signed => false,
        }
    }
}

impl Actor {
    pub const fn anonymous(tenant: TenantId) -> Self {
        Self { tenant, rights: Rights::Anonymous }
    }

    pub const fn signed(tenant: TenantId) -> Self {
        Self { tenant, rights: Rights::Signed }
    }

    pub const fn reader(tenant: TenantId) -> Self {
        Self { tenant, rights: Rights::Reader }
    }

    pub const fn full(tenant: TenantId) -> Self {
        Self { tenant, rights: Rights::Full }
    }
}
