"""Run by Alembic inside the transaction that `storage.records.migrating` opened."""

from alembic import context

from storage.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
