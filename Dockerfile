# SPDX-License-Identifier: MIT
# The final image holds the program, the shared libraries it links, the list of
# them and nothing else: no shell, no package manager. Runs with a read-only root
# file system; only /data is written. Built and tried for real by scripts/image.
FROM debian:bookworm AS build
COPY scripts/packages.sh /src/scripts/packages.sh
RUN bash /src/scripts/packages.sh build && bash /src/scripts/packages.sh sbom
COPY . /src
WORKDIR /src
RUN cmake --preset release -G Ninja && cmake --build build --target treatfacts
ARG VERSION=unknown
# /data comes from a folder of its own, because a COPY changes the owner only of
# what it makes.
RUN set -eu; \
    install -D -s build/treatfacts /image/usr/bin/treatfacts; \
    libraries=$(ldd build/treatfacts | grep -o '/[^ ]*' | sort -u); \
    for library in $libraries; do install -D -m 755 "$library" "/image$library"; done; \
    mkdir -p /image/etc /image/usr/share/sbom /empty; \
    bash scripts/sbom "$VERSION" $libraries > /image/usr/share/sbom/treatfacts.cdx.json; \
    echo 'treatfacts:x:10001:10001::/data:/usr/sbin/nologin' > /image/etc/passwd; \
    echo 'treatfacts:x:10001:' > /image/etc/group

FROM scratch
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="treatfacts" \
      org.opencontainers.image.description="Serves facts about treatments, each tied to the words of its source" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.base.name="scratch"
COPY --from=build /image /
COPY --from=build --chown=10001:10001 /empty /data
USER 10001:10001
ENV TREATFACTS_DB=/data/treatfacts.db TREATFACTS_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s \
  CMD ["/usr/bin/treatfacts", "healthcheck"]
ENTRYPOINT ["/usr/bin/treatfacts"]
CMD ["serve"]
