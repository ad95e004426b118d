"""The form engine: XLSForm or XForm -> definition -> session -> submission. No Qt, no database, no network."""
