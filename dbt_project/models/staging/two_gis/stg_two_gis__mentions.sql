-- grain: one row per published review or post
select
    record_id as mention_id,
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
    repost_of,
    replied_at,
    reply_text,
    week,
    origin
from {{ landing('two_gis', 'mentions') }}
