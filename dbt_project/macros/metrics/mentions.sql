{# Sources of what people write elsewhere: reviews, posts, comments, articles. Each lands the entity mentions. #}
{% macro mention_sources() -%}
    {{ return(['two_gis', 'google_reviews', 'yandex_maps', 'vk', 'telegram', 'media']) }}
{%- endmacro %}
