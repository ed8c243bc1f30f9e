# SPDX-License-Identifier: MIT
"""The JSON documents of W8. They are made here, the same every time, and are like three that JSON libraries are
usually measured with: messages of a social network, a coast line, a catalogue of concerts."""
import json
import os
import random
import string

_WORDS = {
    "latin": "the quick brown fox jumps over a lazy dog while we are waiting for rain café naïve über déjà".split(),
    "kana": "おはよう ございます 今日は いい 天気 です ね 写真 を 見て ください 明日 も 東京 で 会いましょう 楽しみ".split(),
    "cyrillic": "сегодня хорошая погода и мы идём гулять по набережной вечером".split(),
}
_EMOJI = ["😀", "🎉", "🚀", "❤️", "🌧"]


def _identity(random):
    return random.randrange(10**17, 9 * 10**17)


def _date(random):
    return f"Sun Aug 31 00:{random.randrange(60):02}:{random.randrange(60):02} +0000 2014"


def _text(random, words):
    script = random.choices(list(_WORDS), [2, 6, 1])[0]
    joint = "" if script == "kana" else " "
    text = joint.join(random.choice(_WORDS[script]) for _ in range(words))
    return text + random.choice(["", "", "\n", ' "', " / "]) + random.choice(["", *_EMOJI])


def _address(random):
    return "http://t.example/" + "".join(random.choices(string.ascii_letters + string.digits, k=10))


def _user(random):
    identity = _identity(random) // 10**8
    image = f"http://pbs.example/profile_images/{_identity(random)}/{_identity(random) % 10**8:x}"
    colours = [f"{random.randrange(1 << 24):06X}" for _ in range(5)]
    return {
        "id": identity, "id_str": str(identity), "name": _text(random, 2), "screen_name": f"user_{identity % 10**6:06}",
        "location": random.choice(["", "東京", "São Paulo", "Zürich"]), "description": _text(random, 30),
        "url": random.choice([None, _address(random)]),
        "entities": {"description": {"urls": []}, "url": {"urls": [_link(random)]}},
        "protected": False, "followers_count": random.randrange(5000), "friends_count": random.randrange(3000),
        "listed_count": random.randrange(90), "created_at": _date(random), "favourites_count": random.randrange(20000),
        "utc_offset": random.choice([None, 32400, -10800]), "time_zone": random.choice([None, "Tokyo", "Brasilia"]),
        "geo_enabled": random.random() < 0.3, "verified": False, "statuses_count": random.randrange(90000),
        "lang": random.choice(["ja", "en", "pt"]), "contributors_enabled": False, "is_translator": False,
        "profile_background_color": colours[0],
        "profile_background_image_url": "http://abs.example/images/themes/theme1/bg.png",
        "profile_background_tile": False, "profile_image_url": image + "_normal.jpeg", "profile_banner_url": image,
        "profile_link_color": colours[1], "profile_sidebar_border_color": colours[2],
        "profile_sidebar_fill_color": colours[3], "profile_text_color": colours[4],
        "profile_use_background_image": True,
        "default_profile": random.random() < 0.5, "default_profile_image": False, "following": False,
        "follow_request_sent": False, "notifications": False,
    }


def _link(random):
    begin = random.randrange(100)
    return {"url": _address(random), "expanded_url": _address(random) + "/page", "display_url": "t.example/page",
            "indices": [begin, begin + 22]}


def _message(random, depth=0):
    identity = _identity(random)
    message = {
        "metadata": {"result_type": "recent", "iso_language_code": "ja"}, "created_at": _date(random), "id": identity,
        "id_str": str(identity), "text": _text(random, random.randrange(10, 40)),
        "source": '<a href="http://app.example/download" rel="nofollow">An application</a>', "truncated": False,
        "in_reply_to_status_id": random.choice([None, None, _identity(random)]), "in_reply_to_screen_name": None,
        "user": _user(random), "geo": None, "coordinates": None, "place": None, "contributors": None,
        "retweet_count": random.randrange(100), "favorite_count": random.randrange(100),
        "entities": {"hashtags": [{"text": _text(random, 1), "indices": [3, 9]}] * random.randrange(2), "symbols": [],
                     "urls": [_link(random) for _ in range(random.randrange(2))],
                     "user_mentions": [{"screen_name": f"user_{random.randrange(10**6):06}", "name": _text(random, 2),
                                        "id": identity // 10**8, "indices": [3, 19]}]},
        "favorited": False, "retweeted": False, "lang": "ja",
    }
    if depth == 0 and random.random() < 0.7:
        message["retweeted_status"] = _message(random, 1)
    return message


def twitter():
    """About 630 KB: text of several scripts in nested objects, many small numbers and constants."""
    source = random.Random(1)
    metadata = {"completed_in": 0.087, "max_id": 505874924095815681, "query": "%E5%A4%A9", "count": 100}
    return {"statuses": [_message(source) for _ in range(103)], "search_metadata": metadata}


def canada():
    """About 2.2 MB: 111,000 numbers with many digits in rings of points."""
    source = random.Random(2)
    rings = []
    for _ in range(480):
        x, y = source.uniform(-140, -53), source.uniform(42, 83)
        ring = []
        for _ in range(116):
            x, y = x + source.gauss(0, 0.05), y + source.gauss(0, 0.05)
            # A few digits more or less, as the decimal fractions of a map have.
            ring.append([round(x, 15 - source.randrange(2)), round(y, 15 - source.randrange(2))])
        rings.append(ring)
    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Coast"}, "geometry": {"type": "Polygon", "coordinates": rings}}]}


def citm():
    """About 1.7 MB with its indentation: small objects, many of them with numbers as their keys."""
    source = random.Random(3)

    def identities(count):
        return [source.randrange(10**8, 4 * 10**8) for _ in range(count)]

    areas, events, topics, categories = identities(17), identities(184), identities(19), identities(64)
    performances = []
    for identity in identities(258):
        prices = [{"amount": source.randrange(1000, 30000, 250), "audienceSubCategoryId": 338937295,
                   "seatCategoryId": category} for category in source.sample(categories, 4)]
        performances.append({
            "eventId": source.choice(events), "id": identity,
            "logo": source.choice([None, "/images/main_hall_small.png"]), "name": None, "prices": prices,
            "seatCategories": [{"areas": [{"areaId": area, "blockIds": []} for area in source.sample(areas, 8)],
                                "seatCategoryId": price["seatCategoryId"]} for price in prices],
            "seatMapImage": None, "start": source.randrange(1_372_701_600_000, 1_400_000_000_000),
            "venueCode": "MAIN_HALL"})
    return {
        "areaNames": {str(area): f"Balcon, rangée {n}" for n, area in enumerate(areas)},
        "audienceSubCategoryNames": {"338937295": "Abonné"},
        "blockNames": {},
        "events": {str(event): {
            "description": None, "id": event, "logo": None, "name": f"Quatuor № {n} / Œuvres de Schönberg",
            "subTopicIds": source.sample(topics, 4), "subjectCode": None, "subtitle": None,
            "topicIds": source.sample(topics, 3)} for n, event in enumerate(events)},
        "performances": performances,
        "seatCategoryNames": {str(category): f"Catégorie {n}" for n, category in enumerate(categories)},
        "subTopicNames": {str(topic): f"Thème {n}" for n, topic in enumerate(topics)},
        "topicSubTopics": {str(topic): source.sample(topics, 5) for topic in topics},
        "venueNames": {"MAIN_HALL": "Main hall"},
    }


# The originals are indented but for the coast line.
DOCUMENTS = {"twitter": (twitter, 2), "canada": (canada, None), "citm": (citm, 4)}


def path(folder, name, compact=False):
    """The file with a document, made when it is not there or older than this file. `compact`: not indented."""
    place = os.path.join(folder, "data", name + ("-compact" if compact else "") + ".json")
    if not os.path.exists(place) or os.path.getmtime(place) < os.path.getmtime(__file__):
        make, indent = DOCUMENTS[name]
        if compact:
            indent = None
        text = json.dumps(make(), ensure_ascii=False, indent=indent, separators=(",", ": " if indent else ":"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(place + ".new", place)
    return place
