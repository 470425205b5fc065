# SPDX-License-Identifier: MIT
# The final image holds the program, the shared libraries it links and nothing
# else: no shell, no package manager. Built for real by scripts/image.
FROM debian:bookworm AS build
COPY scripts/packages.sh /src/scripts/packages.sh
RUN bash /src/scripts/packages.sh build
COPY . /src
WORKDIR /src
RUN cmake --preset release -G Ninja && cmake --build build --target treatfacts
# /data comes from a folder of its own, because a COPY changes the owner only of
# what it makes. SQLite may need /tmp.
RUN set -eu; \
    install -D -s build/treatfacts /image/usr/bin/treatfacts; \
    ldd build/treatfacts | grep -o '/[^ ]*' | sort -u | \
      while read -r library; do install -D -m 755 "$library" "/image$library"; done; \
    mkdir -p /image/etc /empty; \
    mkdir -m 1777 /image/tmp; \
    echo 'treatfacts:x:10001:10001::/data:/usr/sbin/nologin' > /image/etc/passwd; \
    echo 'treatfacts:x:10001:' > /image/etc/group

FROM scratch
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
