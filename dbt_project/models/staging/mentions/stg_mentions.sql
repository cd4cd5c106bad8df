-- grain: one row per published review, post, comment or article
{% for source in mention_sources() %}
select
    record_id as mention_id,
    '{{ source }}' as source,
    region,
    office_id,
    platform,
    kind as mention_kind,
    author_key,
    published_at,
    edited_at,
    rating,
    text,
    url,
    is_own,
    is_hidden,
    is_off_topic,
    repost_of,
    replied_at,
    reply_text,
    week,
    origin
from {{ landing(source, 'mentions') }}
{{ 'union all' if not loop.last }}
{% endfor %}
