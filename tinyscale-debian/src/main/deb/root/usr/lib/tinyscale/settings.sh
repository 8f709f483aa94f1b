# What the programs of this package start Java with. They read it; it is no program of its own.

war=/usr/share/tinyscale/tinyscale.war
archive=/var/cache/tinyscale/tinyscale.jsa

# Exports the settings of a file, but those that the environment has and those named in $unwanted.
read_settings() {
  number=0
  while read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    name=${line%%=*}
    case $line in
      '' | '#'*) continue ;;
      TINYSCALE_*=* | PORT=* | JAVA_HOME=* | JAVA_OPTS=*) ;;
      *) name='?' ;;
    esac
    case $name in
      *[!A-Z0-9_]*)
        # Without the line, which may have a secret in it.
        echo "$1: line $number is no setting of tinyscale, NAME=VALUE" >&2
        exit 2
        ;;
    esac
    value=${line#*=}
    case $value in
      '"'*'"')
        value=${value#'"'}
        value=${value%'"'}
        ;;
    esac
    case " $unwanted " in
      *" $name "*) ;;
      *) eval "[ -n \"\${$name+set}\" ] || export $name=\"\$value\"" ;;
    esac
  done < "$1"
}

unwanted=
[ ! -e /etc/tinyscale/tinyscale.conf ] || read_settings /etc/tinyscale/tinyscale.conf
# What another setting makes useless would earn a warning at each start.
[ -z "${TINYSCALE_SECRET-}" ] || unwanted="$unwanted TINYSCALE_SECRET_FILE"
[ -n "${TINYSCALE_RELAY_URL-}" ] || unwanted="$unwanted TINYSCALE_RELAY_SPOOL"
case ${TINYSCALE_PLACEMENT-expected-load} in
  expected-load) ;;
  *) unwanted="$unwanted TINYSCALE_PLACEMENT_HISTORY" ;;
esac
read_settings /usr/lib/tinyscale/presets

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# An archive that does not fit this Java is ignored. Java would say so among the answers.
with_archive="-XX:SharedArchiveFile=$archive -Xlog:disable -Xlog:all=error,cds=off:stderr"
