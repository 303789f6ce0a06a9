# Serves a model from the archive that 'mvn package' makes:
#
#   docker build -t shufflenet .
#   docker run --rm -p 127.0.0.1:8080:8080 -v "$PWD/runs/flowers:/models:ro" shufflenet --model flowers=/models/model.zip
FROM eclipse-temurin:17-jre-jammy
RUN useradd --system --no-create-home --home-dir /tmp shufflenet
ADD target/shufflenet4j-*-bin.tar.gz /opt/
RUN mv /opt/shufflenet4j-* /opt/shufflenet
USER shufflenet
ENV SHUFFLENET_JAVA_OPTS="-XX:MaxRAMPercentage=60 -Dorg.bytedeco.javacpp.cachedir=/tmp/javacpp"
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080 && printf "GET /v2/health/ready HTTP/1.0\r\n\r\n" >&3 && head -n 1 <&3 | grep -q " 200 "'
ENTRYPOINT ["/opt/shufflenet/bin/shufflenet", "serve", "--host", "0.0.0.0"]
CMD ["--help"]
