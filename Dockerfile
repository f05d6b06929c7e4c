# The service without its embedded PostgreSQL in use: SCREENING_DATABASE_URL names a server, see compose.yaml.

FROM python:3.13-slim AS builder
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock ./
RUN pip wheel --require-hashes -r requirements.lock -w /wheels
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY src src
RUN pip wheel --no-deps . -w /wheels

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 SCREENING_DATA_DIR=/var/lib/screening NUMBA_CACHE_DIR=/var/cache/screening
RUN groupadd --system --gid 10001 screening \
    && useradd --system --uid 10001 --gid screening --home-dir /var/lib/screening --no-create-home screening \
    && install --directory --owner=screening --group=screening --mode=0700 /var/lib/screening /var/cache/screening
RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels \
    pip install --no-index --no-deps --no-cache-dir --disable-pip-version-check /wheels/*.whl
USER screening
RUN screening compile
WORKDIR /var/lib/screening
VOLUME /var/lib/screening
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/ready', timeout=4)"]
CMD ["screening", "serve", "--host", "0.0.0.0"]
