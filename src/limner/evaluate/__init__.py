"""The honest ladder: splits, metrics, tuning on validation, one test, a report with intervals."""
