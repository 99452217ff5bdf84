def test_clicked_news_of_impressions_are_events(folder):
    folder.put(
        "behaviors.tsv",
        "1\tU7\t11/14/2019 9:05:58 AM\tN8 N9\tN1-0 N2-1\n2\tU8\t11/14/2019 9:06:00 AM\t\tN2-0\n",
    )
    folder.put("news.tsv", 'N2\tsports\tgolf\tThe "Open"\tWho won\thttps://x\t[]\t[]\n')

    tables = folder.rows()

    assert tables["events"] == [
        {"user_id": "U7", "item_id": "N2", "timestamp": "11/14/2019 9:05:58 AM", "event": "click"}
    ]
    assert tables["items"] == [
        {"item_id": "N2", "title": 'The "Open"', "description": "Who won", "categories": ["sports", "golf"]}
    ]
