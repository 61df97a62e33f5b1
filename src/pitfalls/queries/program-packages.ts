/** Packages that bring programs with names of their own. */
const packages: Readonly<Record<string, string>> = {
  nc: 'netcat.*|ncat|nmap-ncat|busybox.*',
  ncat: 'ncat|nmap.*',
  ps: 'procps.*',
  pgrep: 'procps.*',
  pkill: 'procps.*',
  pidof: 'procps.*|sysvinit-utils|psmisc',
  ss: 'iproute2?.*',
  ip: 'iproute2?.*',
  netstat: 'net-tools',
  ping: 'iputils.*|inetutils-ping',
  dig: 'dnsutils|bind9?-.*',
  nslookup: 'dnsutils|bind9?-.*',
  python: 'python.*|pypy.*',
  python3: 'python.*',
  node: 'nodejs.*|node',
  nodejs: 'nodejs.*',
  npm: 'npm|nodejs.*',
  php: 'php.*',
  ruby: 'ruby.*',
  java: '.*jre.*|.*jdk.*|java-.*',
  pg_isready: 'postgresql.*',
  psql: 'postgresql.*',
  'redis-cli': 'redis.*|valkey.*',
  'valkey-cli': 'valkey.*',
  mysqladmin: '.*mysql.*|mariadb.*',
  mysql: '.*mysql.*|mariadb.*',
  mariadb: 'mariadb.*',
  mongosh: 'mongodb.*',
  'cgi-fcgi': 'libfcgi.*|fcgi.*',
  wget: 'wget2?|busybox.*',
  http: 'httpie',
  openssl: 'openssl.*|ca-certificates',
  timeout: 'coreutils',
}

/** Names of packages that bring a program: its own name, and those that are known to. */
export function packagesWith(program: string): readonly RegExp[] {
  const known = Object.hasOwn(packages, program) ? packages[program] : undefined
  const own = program.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return [new RegExp(`^(?:${own}(?:[-\\d.].*)?${known === undefined ? '' : `|${known}`})$`)]
}
