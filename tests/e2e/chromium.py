"""Finds a Chromium, and installs one when this is run as a script.

In order: one on PATH; the system's package manager, when it may be used without a password;
Playwright's own build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str | None:
    """The path of a Chromium, or None."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if on_path:
        return on_path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if os.access(own, os.X_OK) else None


def arguments() -> list[str]:
    """What Chromium is started with; its sandbox does not work for root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*ARGUMENTS, *(["--no-sandbox"] if is_root else [])]


def install() -> None:
    """Bring a Chromium to this machine, and say from where."""
    as_root = package_manager()
    if as_root is not None:
        print("Installing Chromium with apt-get", flush=True)
        quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run([*as_root, *quiet, *step], check=False, stdout=subprocess.DEVNULL)
    if find() is None:
        print("Installing Playwright's Chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def package_manager() -> list[str] | None:
    """The prefix that lets apt-get install here, or None where it may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    may = shutil.which("sudo") and subprocess.run(
        ["sudo", "-n", "true"], check=False, capture_output=True
    )
    return ["sudo", "-n"] if may and may.returncode == 0 else None


if __name__ == "__main__":
    if find() is None:
        install()
    found = find()
    if found is None:
        sys.exit("No Chromium could be installed: put one on PATH, then run `make test` again.")
    print(f"Chromium: {found}")
