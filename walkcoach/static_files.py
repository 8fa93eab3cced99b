"""Static files under names that change with what they hold."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """The names in the `import`s of our modules change too, so none is ever an upgrade behind."""

    support_js_module_import_aggregation = True
