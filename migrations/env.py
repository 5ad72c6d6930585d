"""What Alembic runs: the scripts, on the connection that `lattice.database` hands over."""

from alembic import context

from lattice.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
