"""The fixtures of the files: an officer, a dataset, a storage folder of its own."""

from tests.files.conftest import dataset, officer, queued, storage

__all__ = ["dataset", "officer", "queued", "storage"]
