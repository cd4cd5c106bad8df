-- grain: one row per metric of the flow and receipt or first solution of an interaction
{{ metric_rows('int_resolution_flow', 'interaction_id', {
    'rr_flow': {'numerator': flag('is_solution'), 'denominator': flag('not is_solution')},
}) }}
