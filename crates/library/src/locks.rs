//! The verbs lock and unlock. A lock says who works on an asset; it keeps nobody from anything.

use catalog::{Asset, AssetId, AssetPatch, CardPatch, Change, Lock};

use crate::{Actor, AssetRef, Error, Library, Result, library::now, organize::full};

/// Why an asset cannot be locked or unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockFault {
    Locked,
    NotLocked,
    NoUser,
    NoSession,
    OtherUser,
    OtherSession,
}

/// Attempts before somebody who changes an asset all the time is said to be in the way.
const ROUNDS: u32 = 20;

impl Library {
    /// Locks an asset for a user in a session. `action`: what for; without one it counts as free.
    pub async fn lock(
        &self,
        actor: Actor,
        id: AssetId,
        action: Option<String>,
        user: Option<&str>,
        session: Option<&str>,
    ) -> Result<Result<Asset, LockFault>> {
        let decide = |lock: &Lock| {
            if action_of(lock).is_some() {
                return Err(LockFault::Locked);
            }
            let user = user.ok_or(LockFault::NoUser)?.to_owned();
            let session = session.ok_or(LockFault::NoSession)?.to_owned();
            Ok(Lock::Held { action: action.clone(), user, session, since: now() })
        };
        self.change_lock(actor, id, user, decide).await
    }

    /// Unlocks an asset. `force`: whoever holds the lock, and also if nobody does.
    pub async fn unlock(
        &self,
        actor: Actor,
        id: AssetId,
        force: bool,
        user: Option<&str>,
        session: Option<&str>,
    ) -> Result<Result<Asset, LockFault>> {
        let decide = |lock: &Lock| {
            if force {
                return Ok(Lock::Free);
            }
            let Lock::Held { action: Some(_), user: holder, session: place, .. } = lock else {
                return Err(LockFault::NotLocked);
            };
            let (user, session) =
                (user.ok_or(LockFault::NoUser)?, session.ok_or(LockFault::NoSession)?);
            if user != holder {
                return Err(LockFault::OtherUser);
            }
            if session != place {
                return Err(LockFault::OtherSession);
            }
            Ok(Lock::Free)
        };
        self.change_lock(actor, id, user, decide).await
    }

    /// Unlocks every asset that is locked by this user in this session.
    pub async fn unlock_session(&self, actor: Actor, user: &str, session: &str) -> Result<()> {
        full(actor)?;
        for id in self.inner.catalog.locked_by(actor.tenant, user, session).await? {
            let decide = |lock: &Lock| match lock {
                Lock::Held { user: holder, session: place, .. }
                    if holder == user && place == session =>
                {
                    Ok(Lock::Free)
                }
                _ => Err(LockFault::NotLocked),
            };
            match self.change_lock(actor, id, Some(user), decide).await {
                // Unlocked or deleted meanwhile, which is as good.
                Ok(_) | Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn change_lock(
        &self,
        actor: Actor,
        id: AssetId,
        user: Option<&str>,
        decide: impl Fn(&Lock) -> Result<Lock, LockFault>,
    ) -> Result<Result<Asset, LockFault>> {
        full(actor)?;
        let mut last = Error::NotFound(AssetRef::Id(id).to_string());
        for _ in 0..ROUNDS {
            let asset = self.inner.catalog.asset(actor.tenant, id).await?;
            let asset = asset.ok_or_else(|| Error::NotFound(AssetRef::Id(id).to_string()))?;
            let free = Lock::Never;
            let lock = match decide(asset.card.as_ref().map_or(&free, |card| &card.lock)) {
                Ok(lock) => lock,
                Err(fault) => return Ok(Err(fault)),
            };
            let editor = user.map_or(Change::Keep, |user| Change::Set(Some(user.to_owned())));
            let card = CardPatch { lock: Change::Set(lock), editor, ..CardPatch::default() };
            let patch = AssetPatch { card, only_if: Some(asset.stamp()), ..AssetPatch::default() };
            match self.update(actor, id, patch).await {
                // Somebody else changed it since we looked.
                Err(error @ Error::Stale(_)) => last = error,
                outcome => return outcome.map(Ok),
            }
        }
        Err(last)
    }
}

fn action_of(lock: &Lock) -> Option<&str> {
    match lock {
        Lock::Held { action, .. } => action.as_deref(),
        Lock::Never | Lock::Free => None,
    }
}
