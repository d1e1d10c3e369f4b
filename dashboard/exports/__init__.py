"""Reports as files: CSV and XLSX, from the same rows."""
