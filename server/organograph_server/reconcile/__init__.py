"""The reconciliation service, by which tools match names to IRIs (Reconciliation Service API 0.2)."""
