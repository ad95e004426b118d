"""The supervisor's screens: merging bundles, settling conflicts, results against targets."""
