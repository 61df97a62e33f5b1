import { alpine } from './alpine.ts'
import { debian, ubuntu, withCertificates } from './debian.ts'
import { type Additions, grown, type ImageFacts } from './image-facts.ts'
import { type ImageFamily, isOfficial, official } from './image-family.ts'
import { type ImageTag, majorOf, says } from './image-tag.ts'
import { debianOf, language, platformOf, uncertain } from './platforms.ts'
import { oracleLinux, ubi } from './red-hat.ts'

/** Images that start a server of their own. */
export const servers: readonly ImageFamily[] = [
  official(['nginx'], (tag) => nginx(tag)),
  { matches: isUnprivileged, facts: (tag) => grown(nginx(tag), { user: '101' }) },
  official(['httpd'], httpd),
  official(['caddy'], caddy),
  official(['traefik'], () => server(alpine(undefined), { programs: 'traefik update-ca-certificates' })),
  official(['haproxy'], haproxy),
  official(['postgres'], postgres),
  official(['mysql'], mysql),
  official(['mariadb'], mariadb),
  official(['redis', 'valkey'], redis),
  official(['valkey/valkey'], (tag) => redis(tag, 'valkey')),
  official(['mongo'], mongo),
  official(['rabbitmq'], rabbitmq),
  official(['memcached'], (tag) =>
    server(onDebian(tag, 'memcached'), { programs: 'memcached', accounts: 'memcache', user: 'memcache', unsure: more }),
  ),
  official(['elasticsearch', 'elasticsearch/elasticsearch', 'kibana', 'kibana/kibana', 'logstash/logstash'], elastic),
  {
    matches: ({ registry, repository }) =>
      registry === 'docker.elastic.co' && /(?:elasticsearch|kibana|logstash)$/.test(repository),
    facts: (tag, { repository }) => elastic(tag, repository),
  },
]

/** Libraries that the servers' own builds pull in, by version. */
const more = `libxml2 libxslt libexslt libgd libgeoip libmaxminddb libcurl libjpeg libpng16 libwebp libtiff libfreetype libfontconfig libedit
  libicuuc libicudata libicui18n libldap liblber libsasl2 libkrb5 libgssapi_krb5 libk5crypto libnghttp2 libssh2 libpcre libpcre2-8
  libevent libreadline libncursesw liblua libexpat libbrotlidec libbrotlicommon libuuid libsystemd libpq libssl libcrypto
  libgnutls libffi libgmp libidn2 libsqlite3 libjemalloc libgcc_s libstdc++ libatomic libsnappy liblz4 libzstd libX11 libxcb libaio`

function server(bottom: ImageFacts, additions: Additions): ImageFacts {
  return grown(bottom, { startsService: true, ...additions })
}

function onDebian(tag: ImageTag, image: string): ImageFacts {
  return tag.platform?.name === 'alpine'
    ? alpine(tag.platform.release)
    : grown(debian(debianOf(tag, image)), { variant: 'slim' })
}

function isUnprivileged(name: Parameters<ImageFamily['matches']>[0]): boolean {
  return /(?:^|\/)nginxinc?\/nginx-unprivileged$/.test(name.repository) || isOfficial(name, 'nginx-unprivileged')
}

/** github.com/nginxinc/docker-nginx: curl everywhere but in alpine-slim; workers run as `nginx`, the master as root. */
function nginx(tag: ImageTag): ImageFacts {
  const onAlpine = tag.platform?.name === 'alpine'
  const bare = onAlpine && says(tag, 'slim')
  const bottom = onAlpine ? onDebian(tag, 'nginx') : withCertificates(onDebian(tag, 'nginx'))
  return server(bottom, {
    programs: `nginx envsubst ${bare ? '' : 'curl'} ${says(tag, 'perl') ? 'perl' : ''}`,
    accounts: 'nginx',
    unsure: `${more} ${bare ? '' : 'update-ca-certificates'}`,
  })
}

/** github.com/docker-library/httpd. */
function httpd(tag: ImageTag): ImageFacts {
  const bottom = onDebian(tag, 'httpd')
  return server(bottom.distribution === 'alpine' ? bottom : withCertificates(bottom), {
    programs: 'httpd apachectl ab htpasswd rotatelogs httpd-foreground apxs',
    accounts: 'www-data',
    workdir: '/usr/local/apache2',
    unsure: `${more} perl`,
  })
}

function caddy(tag: ImageTag): ImageFacts {
  if (says(tag, 'builder')) {
    return grown(alpine(undefined), {
      ...language('go', 'sdk', undefined),
      programs: 'go gofmt xcaddy git',
      unsure: 'gcc make',
      env: { GOPATH: '/go' },
    })
  }
  // curl came to it in 2024.
  return server(alpine(tag.platform?.release), {
    programs: 'caddy',
    unsure: 'curl libcurl',
    workdir: '/srv',
    env: { XDG_CONFIG_HOME: '/config', XDG_DATA_HOME: '/data' },
  })
}

function haproxy(tag: ImageTag): ImageFacts {
  const bottom = onDebian(tag, 'haproxy')
  return server(bottom.distribution === 'alpine' ? bottom : withCertificates(bottom), {
    programs: 'haproxy',
    accounts: 'haproxy',
    user: 'haproxy',
    workdir: '/var/lib/haproxy',
    unsure: more,
  })
}

/** github.com/docker-library/postgres: the entrypoint steps down from root to `postgres`. */
function postgres(tag: ImageTag): ImageFacts {
  const onAlpine = tag.platform?.name === 'alpine'
  const bottom = onAlpine ? alpine(tag.platform?.release) : uncertain(debian(tag.platform?.release), 'hasCertificates')
  return server(bottom, {
    programs: `postgres psql pg_isready pg_dump pg_restore pg_dumpall initdb pg_ctl createdb createuser ${onAlpine ? '' : 'gosu perl xz zstd localedef openssl'}`,
    libraries: 'libpq.so.5',
    unsure: `${more} su-exec gosu bash update-ca-certificates curl wget gpg python3 lz4 less`,
    accounts: 'postgres',
    stepsDown: true,
    env: { LANG: 'en_US.utf8' },
  })
}

function mysql(tag: ImageTag): ImageFacts {
  const bottom = platformOf(tag, oracleLinux(undefined, 'slim'))
  return server(uncertain(bottom, 'complete'), {
    programs: 'mysql mysqladmin mysqldump mysqld gosu',
    accounts: 'mysql',
    stepsDown: true,
  })
}

function mariadb(tag: ImageTag): ImageFacts {
  const old = (majorOf(tag.version) ?? 11) < 11
  const bottom = uncertain(platformOf(tag, ubuntu(undefined)), 'hasCertificates')
  return server(bottom, {
    programs: `mariadbd gosu mariadb mariadb-admin mariadb-dump ${old ? 'mysql mysqladmin mysqldump mysqld' : ''}`,
    unsure: `${more} ubuntu perl pv xz zstd openssl update-ca-certificates mysql mysqladmin mysqldump socat lsof libmariadb libmysqlclient ps gpg rsync`,
    accounts: 'mysql',
    stepsDown: true,
  })
}

/** redis, and valkey, which took its image over. */
function redis(tag: ImageTag, image: string): ImageFacts {
  const name = image === 'redis' ? 'redis' : 'valkey'
  return server(
    uncertain(onDebian(tag, image), ...(tag.platform?.name === 'alpine' ? [] : ['hasCertificates' as const])),
    {
      programs: `${name}-server ${name}-cli ${name}-sentinel ${name}-benchmark`,
      unsure: `${more} gosu su-exec setpriv openssl update-ca-certificates redis-cli redis-server`,
      accounts: name,
      workdir: '/data',
      stepsDown: true,
    },
  )
}

function mongo(tag: ImageTag): ImageFacts {
  const major = majorOf(tag.version) ?? 8
  return server(platformOf(tag, ubuntu(major >= 8 ? 'noble' : major >= 6 ? 'jammy' : undefined)), {
    programs: `mongod mongos gosu jq ps openssl update-ca-certificates ${major >= 5 ? 'mongosh' : ''} ${major < 6 ? 'mongo' : ''}`,
    hasCertificates: true,
    unsure: `${more} mongosh mongo numactl gpg curl`,
    accounts: 'mongodb',
    stepsDown: true,
    env: { HOME: '/data/db' },
  })
}

function rabbitmq(tag: ImageTag): ImageFacts {
  const onAlpine = tag.platform?.name === 'alpine'
  return server(onAlpine ? alpine(undefined) : grown(ubuntu(undefined), { hasCertificates: true }), {
    programs: `rabbitmqctl rabbitmq-server rabbitmq-plugins rabbitmq-diagnostics erl openssl ${onAlpine ? 'su-exec bash' : 'gosu update-ca-certificates'}`,
    unsure: `${more} python3 python wget curl rabbitmqadmin locale-gen gosu su-exec`,
    accounts: 'rabbitmq',
    stepsDown: true,
  })
}

/** Elastic's images run as 1000; Ubuntu until 8, Red Hat's minimal one since 9. */
function elastic(tag: ImageTag, image: string): ImageFacts {
  const major = majorOf(tag.version)
  const { complete: _, ...bottom } = major !== undefined && major < 9 ? ubuntu('focal') : ubi('9', 'minimal')
  const name = /[^/]*$/.exec(image)?.[0] ?? image
  // Elasticsearch 7 starts as root and steps down.
  const stepsDown = name === 'elasticsearch' && major !== undefined && major < 8
  return server(uncertain(bottom, 'release'), {
    programs: 'curl bash tini',
    accounts: name,
    ...(stepsDown ? { user: 'root', stepsDown } : { user: '1000' }),
    ...(name === 'elasticsearch' ? { workdir: '/usr/share/elasticsearch' } : {}),
  })
}
