-- What landed in the run is in the facts, row for row: a join that loses or doubles rows shows here.
with counts as (
    select
        'fct_interactions' as fact,
        (select count(*) from {{ ref('int_interactions') }} where {{ in_run('week') }}) as expected,
        (select count(*) from {{ ref('fct_interactions') }} where {{ in_run('week') }}) as found
    union all
    select
        'fct_feedback' as fact,
        (select count(*) from {{ ref('int_feedback') }} where {{ in_run('week') }}) as expected,
        (select count(*) from {{ ref('fct_feedback') }} where {{ in_run('week') }}) as found
    union all
    select
        'fct_evaluations' as fact,
        (select count(*) from {{ ref('stg_evaluations__evaluation_scores') }} where {{ in_run('week') }}) as expected,
        (select count(*) from {{ ref('fct_evaluations') }} where {{ in_run('week') }}) as found
)

select * from counts
where expected <> found
