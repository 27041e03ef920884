//! The tables, one fact per file, in the order in which they came.
//!
//! One text serves both databases; `{text}`, `{bytes}`, `{serial}` and `{primary}` stand for what they call these types
//! (see [`crate::database::Types`]). What has been released is never edited. To change the tables, add a file with the
//! next number and a line in [`Migrations`]: first only what an older version, which may still be running beside this
//! one, does not notice; what it would notice, in a later release.

use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

use crate::database::{self, Database};
use crate::error::Result;
use crate::{Error, index};

mod m0001_tenants;
mod m0002_keys;
mod m0003_users;
mod m0004_births;
mod m0005_folders;
mod m0006_assets;
mod m0007_blobs;
mod m0008_versions;
mod m0009_tags;
mod m0010_tokens;
mod m0011_jobs;
mod m0012_search_columns;
mod m0013_search_index;
mod m0016_ended_jobs;
mod m0019_presets;
mod m0020_webhooks;
mod m0021_custom_fields;
mod m0022_saved_extensions;
mod m0023_url_endpoints;
mod m0024_usage;
mod m0025_outbox;
mod m0026_postings;
mod m0027_answers;
mod m0028_predictions;
mod m0030_short_names;
mod m0031_inactive_folders;
mod m0032_read_only_keys;
mod m0033_receipts;
mod m0034_plugin_credentials;
mod m0040_sets;
mod m0041_cards;
mod m0042_renditions;
mod m0043_asset_tokens;
mod m0044_stores;
mod m0050_sessions;
mod m0051_photos;
mod m0052_albums;
mod m0053_labels;
mod m0060_slots;
mod m0061_user_tokens;

/// All of them.
struct Migrations;

impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_tenants::MIGRATION),
            Box::new(m0002_keys::MIGRATION),
            Box::new(m0003_users::MIGRATION),
            Box::new(m0004_births::MIGRATION),
            Box::new(m0005_folders::MIGRATION),
            Box::new(m0006_assets::MIGRATION),
            Box::new(m0007_blobs::MIGRATION),
            Box::new(m0008_versions::MIGRATION),
            Box::new(m0009_tags::MIGRATION),
            Box::new(m0010_tokens::MIGRATION),
            Box::new(m0011_jobs::MIGRATION),
            Box::new(m0012_search_columns::MIGRATION),
            Box::new(m0013_search_index::MIGRATION),
            Box::new(m0016_ended_jobs::MIGRATION),
            Box::new(m0019_presets::MIGRATION),
            Box::new(m0020_webhooks::MIGRATION),
            Box::new(m0021_custom_fields::MIGRATION),
            Box::new(m0022_saved_extensions::MIGRATION),
            Box::new(m0023_url_endpoints::MIGRATION),
            Box::new(m0024_usage::MIGRATION),
            Box::new(m0025_outbox::MIGRATION),
            Box::new(m0026_postings::MIGRATION),
            Box::new(m0027_answers::MIGRATION),
            Box::new(m0028_predictions::MIGRATION),
            Box::new(m0030_short_names::MIGRATION),
            Box::new(m0031_inactive_folders::MIGRATION),
            Box::new(m0032_read_only_keys::MIGRATION),
            Box::new(m0033_receipts::MIGRATION),
            Box::new(m0034_plugin_credentials::MIGRATION),
            Box::new(m0040_sets::MIGRATION),
            Box::new(m0041_cards::MIGRATION),
            Box::new(m0042_renditions::MIGRATION),
            Box::new(m0043_asset_tokens::MIGRATION),
            Box::new(m0044_stores::MIGRATION),
            Box::new(m0050_sessions::MIGRATION),
            Box::new(m0051_photos::MIGRATION),
            Box::new(m0052_albums::MIGRATION),
            Box::new(m0053_labels::MIGRATION),
            Box::new(m0060_slots::MIGRATION),
            Box::new(m0061_user_tokens::MIGRATION),
        ]
    }
}

/// Brings the tables up to date: all of it or nothing, once, however many processes start together.
pub(crate) async fn run(database: &Database) -> Result<()> {
    // The usual start changes nothing, so it waits for nobody who writes.
    if pending(&database.reader).await? == 0 && index::is_fresh(&database.reader).await? {
        return Ok(());
    }
    let tx = database.begin().await?;
    tx.lock_migrations().await?;
    // Somebody else may have been faster.
    if pending(&*tx).await? > 0 {
        Migrations::up(&*tx, None).await?;
    }
    // After all steps: what fills the index reads assets as they are now.
    index::refresh(&tx).await?;
    tx.commit().await
}

/// How many steps are missing.
async fn pending(on: &impl ConnectionTrait) -> Result<usize> {
    match Migrations::get_pending_migrations_read_only(on).await {
        Ok(pending) => Ok(pending.len()),
        // Steps were taken that this version does not know.
        Err(DbErr::Custom(_)) => Err(Error::Invalid(
            "the catalog was last used by a newer version of Halftone, which changed its tables: start that version"
                .to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Statements that are run in turn.
struct Migration {
    name: &'static str,
    up: Up,
}

enum Up {
    /// Shared text.
    Sql(&'static [&'static str]),
    /// What each database calls the counter of births.
    Births,
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (types, births) = database::types(manager.get_database_backend());
        let statements = match self.up {
            Up::Sql(statements) => statements,
            Up::Births => births,
        };
        for statement in statements {
            let statement = statement
                .replace("{text}", types.text)
                .replace("{bytes}", types.bytes)
                .replace("{serial}", types.serial)
                .replace("{primary}", types.primary);
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
