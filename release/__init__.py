"""From the warehouse to what people open: the weekly issue, the published copy, the trace."""
