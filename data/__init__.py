"""Bundled result sets, each a folder with a manifest: a mapping in TOML beside its files."""
