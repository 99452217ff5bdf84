"""Corrections, export and erasure over HTTP."""

import sqlite3

from limner.studio.studio import Studio


def test_a_correction_acts_at_once_and_is_taken_back(fresh):
    interest = next(
        f"{fact['dimension']}/{fact['key']}={fact['value']}"
        for fact in fresh.get("/users/u0003", params={"dimension": "interest"}).json()["facts"]
        if fact["key"] == "category"
    )
    before = fresh.get("/users/u0003/recommendations").json()

    made = fresh.post("/users/u0003/corrections", json={"fact": interest, "forbid": True, "by": "support"})
    told = fresh.get("/users/u0003").json()
    after = fresh.get("/users/u0003/recommendations").json()

    assert (made.status_code, made.json()["verb"]) == (201, "forbid")
    assert interest not in [f"{one['dimension']}/{one['key']}={one['value']}" for one in told["facts"]]
    assert after != before
    assert fresh.get("/users/u0003/corrections").json()["corrections"] == [made.json()]
    assert fresh.delete("/users/u0003/corrections", params={"fact": interest}).json() == made.json()
    assert fresh.get("/users/u0003/recommendations").json() == before
    assert fresh.delete("/users/u0003/corrections", params={"fact": interest}).status_code == 404


def test_a_correction_that_cannot_be_says_why(fresh):
    def ask(**given):
        return fresh.post("/users/u0003/corrections", json=given)

    assert ask(fact="interest/category=nothing of that name", pin=True).status_code == 422
    assert ask(fact="interest/category=x", pin=True, forbid=True).status_code == 422
    assert (
        ask(fact="intrest/category=x", pin=True).json()["error"]["hint"].startswith("did you mean: interest")
    )
    assert ask(pin=True).json()["error"]["message"].startswith("fact: ")


def test_an_export_holds_every_row_of_a_user(fresh, built):
    held = fresh.get("/users/u0003/export").json()
    store = sqlite3.connect(next(built.glob("portrait-*.sqlite")))
    (number,) = store.execute("SELECT user_no FROM users WHERE user_id = 'u0003'").fetchone()

    counted = {
        name: store.execute(f"SELECT count(*) FROM {name} WHERE user_no = ?", (number,)).fetchone()[0]
        for name in ("events", "texts", "opinions", "claims", "words", "relations")
    }
    store.close()

    assert {name: len(held[name]) for name in counted} == counted
    assert held["portrait"]["user_id"] == "u0003"
    assert held["events"][0]["item_id"]


def test_an_erased_user_leaves_nothing_but_a_receipt(folder, built, start):
    store = sqlite3.connect(next(built.glob("portrait-*.sqlite")))
    user, text = store.execute(
        "SELECT user_id, text FROM texts JOIN users USING (user_no) ORDER BY length(text) DESC"
    ).fetchone()
    store.close()

    with start(folder) as client:
        held = client.get(f"/users/{user}/export").json()
        receipt = client.delete(f"/users/{user}").json()
        gone = [client.get(f"/users/{user}").status_code, client.delete(f"/users/{user}").status_code]
        others = [client.get(f"/users/{one['user_id']}").text for one in held["relations_of_others"]]

    left = b"".join(path.read_bytes() for path in folder.glob("portrait-*"))
    studio = Studio(folder)
    sums = studio.verify()
    studio.close()
    assert receipt["removed"]["events"] == len(held["events"])
    assert receipt["receipt"].startswith("erasure:")
    assert gone == [404, 404]
    assert user not in "".join(others)
    assert (user.encode() in left, text.encode() in left) == (False, False)
    assert sums.clean
    assert user not in (folder / "erasures.jsonl").read_text()


def test_an_erased_user_is_taken_out_of_the_quarantine(folder, start):
    kept = folder / "quarantine" / "ingest-1" / "events.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text(
        'source,line,reason,row\nx,1,no item_id,"user_id=u0003, event=click"\n'
        'x,2,no item_id,"user_id=u00031, event=click"\n'
    )

    with start(folder) as client:
        receipt = client.delete("/users/u0003").json()

    assert receipt["removed"]["quarantine"] == 1
    assert kept.read_text().splitlines()[1:] == ['x,2,no item_id,"user_id=u00031, event=click"']
