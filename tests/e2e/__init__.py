"""Browser tests: real Chromium, the real server, real bundled results."""
