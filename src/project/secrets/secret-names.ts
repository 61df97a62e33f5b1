import { findCredential, findUrlPassword, isPlaceholder } from './credential-lines.ts'

/** Files that are known to hold credentials, by their path. */
export interface SecretName {
  /** Matched with the path, without regard to case. */
  readonly path: RegExp
  readonly what: string
  /** Where in the text the credential is; undefined: it holds none. Absent: the name alone tells, whatever the bytes are. */
  readonly find?: (text: string) => number | undefined
}

const literal =
  (expression: RegExp) =>
  (text: string): number | undefined => {
    for (const found of text.matchAll(expression)) if (!isPlaceholder(found[1] ?? '')) return found.index
    return undefined
  }

const either =
  (...finds: readonly ((text: string) => number | undefined)[]) =>
  (text: string): number | undefined => {
    for (const find of finds) {
      const index = find(text)
      if (index !== undefined) return index
    }
    return undefined
  }

/** Names of files that show how such a file should look. */
const exampleName =
  /[._-](?:examples?|samples?|templates?|tmpl|tpl|dist|defaults?|schema|stub|skeleton)(?:[._-]|$)|^(?:example|sample|template)[._-]/i

/** Whether a file by its name is a pattern for people to copy. */
function isExampleFile(path: string): boolean {
  return exampleName.test(path.slice(path.lastIndexOf('/') + 1))
}

/** Ordered: the first that fits names the kind of secret. */
const secretNames: readonly SecretName[] = [
  {
    path: /(?:^|\/)(?:\.env(?:rc)?|\.env\.[^/]*|[^/]*\.env|\.flaskenv|\.dev\.vars)$/i,
    what: 'a credential',
    find: either(findCredential, findUrlPassword),
  },
  {
    path: /(?:^|\/)(?:\.npmrc|\.yarnrc)$/,
    what: 'a token of a package registry',
    find: literal(/^[ \t]*"?(?:\/\/[^\s=]+:)?_(?:authToken|auth|password)"?[ \t]*[= ][ \t]*(\S+)/gim),
  },
  {
    path: /(?:^|\/)\.yarnrc\.ya?ml$/,
    what: 'a token of a package registry',
    find: literal(/npmAuth(?:Token|Ident):[ \t]*(\S+)/g),
  },
  { path: /(?:^|\/)[._]netrc$/, what: 'a password', find: literal(/\bpassword\s+(\S+)/g) },
  {
    path: /(?:^|\/)\.pypirc$/,
    what: 'a password of a package index',
    find: literal(/^[ \t]*password[ \t]*[=:][ \t]*(\S+)/gim),
  },
  {
    path: /(?:^|\/)(?:\.git-credentials|\.pip\/pip\.conf|pip\.(?:conf|ini)|\.condarc)$/,
    what: 'a password in an address',
    find: findUrlPassword,
  },
  {
    path: /(?:^|\/)(?:\.docker\/config\.json|\.docker-?config(?:\.json)?|docker-config\.json|config\.json)$/,
    what: 'a login to a registry',
    find: literal(/"(?:auth|identitytoken|registrytoken)"\s*:\s*"([^"]*)"/g),
  },
  { path: /(?:^|\/)\.dockercfg$/, what: 'a login to a registry', find: literal(/"auth"\s*:\s*"([^"]*)"/g) },
  {
    path: /(?:^|\/)(?:\.kube\/config|[\w.-]*kubeconfig[\w.-]*)$/i,
    what: 'access to a cluster',
    find: literal(/^[ \t-]*(?:client-key-data|token|password|id-token|refresh-token):[ \t]*(\S+)/gm),
  },
  {
    path: /(?:^|\/)\.aws\/(?:credentials|config)$|(?:^|\/)(?:aws[-_.])?credentials(?:\.(?:ini|csv|txt))?$/,
    what: 'a key of AWS',
    find: literal(/aws_secret_access_key\s*=\s*(\S+)|aws_session_token\s*=\s*(\S+)/gi),
  },
  {
    path: /(?:^|\/)(?:\.s3cfg|\.boto|\.passwd-s3fs)$/,
    what: 'a key of a store',
    find: literal(/(?:secret_key|gs_secret_access_key|aws_secret_access_key)\s*=\s*(\S+)/gi),
  },
  {
    path: /settings[\w.-]*\.xml$/i,
    what: 'a password',
    find: literal(/<(?:password|passphrase|privateKey)>\s*([^<{][^<]*)</g),
  },
  {
    path: /\.tfstate(?:\.backup|\.\d+\.backup)?$/,
    what: 'values of infrastructure, passwords among them',
    find: literal(
      /"(?:[\w-]*password|[\w-]*secret[\w-]*|[\w-]*token|private_key(?:_pem)?|access_key|connection_string)"\s*:\s*"([^"]+)"/gi,
    ),
  },
  { path: /\.tfvars(?:\.json)?$/, what: 'a credential', find: either(findCredential, findUrlPassword) },
  {
    path: /(?:^|\/)(?!(?:cacerts|.*trust|debug\.)[^/]*$)[^/]+\.(?:p12|pfx|jks|keystore|bcfks|kdbx?|ppk)$/i,
    what: 'a store of private keys',
  },
  {
    path: /(?:^|\/)(?:master\.key|credentials\/[\w-]+\.key)$/,
    what: 'the key to encrypted credentials',
    find: literal(/^\s*([0-9a-f]{16,})\s*$/gim),
  },
  { path: /(?:^|\/)\.htpasswd$/, what: 'hashes of passwords', find: literal(/^[^\s:#]+:(\S+)/gm) },
  { path: /(?:^|\/)\.pgpass$/, what: 'a password', find: literal(/^[^#\s:]+:[^:\n]*:[^:\n]*:[^:\n]*:(\S+)/gm) },
  { path: /(?:^|\/)\.?my\.cnf$/, what: 'a password', find: literal(/^[ \t]*password[ \t]*=[ \t]*(\S+)/gim) },
  {
    path: /(?:^|\/)(?:application|bootstrap)(?:[-.][\w-]+)?\.(?:ya?ml|properties)$/,
    what: 'a password',
    find: either(findCredential, findUrlPassword),
  },
  {
    path: /(?:^|\/)(?:database|mongoid|cable|storage)\.yml$/,
    what: 'a password',
    find: either(findCredential, findUrlPassword),
  },
  {
    path: /(?:^|\/)(?:\.?secrets?|credentials?|passwords?)\.(?:ya?ml|json|toml|ini|properties|txt|conf|cfg|xml)$/i,
    what: 'a credential',
    find: either(findCredential, findUrlPassword, findJsonCredential),
  },
  {
    path: /(?:^|\/)appsettings(?:\.[\w-]+)?\.json$/i,
    what: 'a password',
    find: either(literal(/(?:Password|Pwd|AccountKey|SharedAccessKey)=([^;"]+)/gi), findJsonCredential),
  },
  {
    path: /(?:^|\/)auth\.json$/,
    what: 'a login to a package registry',
    find: either(literal(/"(?:password|auth|token)"\s*:\s*"([^"]+)"/g), composerToken),
  },
  {
    path: /(?:^|\/)nuget\.config$/i,
    what: 'a password of a package registry',
    find: literal(/key="(?:ClearTextPassword|Password)"\s+value="([^"%][^"]*)"/gi),
  },
  {
    path: /(?:^|\/)\.cargo\/credentials(?:\.toml)?$/,
    what: 'a token of a package registry',
    find: literal(/^[ \t]*token[ \t]*=[ \t]*(\S+)/gm),
  },
  {
    path: /(?:^|\/)\.gem\/credentials$/,
    what: 'a token of a package registry',
    find: literal(/^:?[\w-]*api_key:[ \t]*(\S+)/gm),
  },
  { path: /(?:^|\/)gradle\.properties$/, what: 'a password', find: findCredential },
  {
    path: /(?:^|\/)wp-config\.php$/,
    what: 'a password',
    find: literal(/define\(\s*['"]DB_PASSWORD['"]\s*,\s*['"]([^'"]+)['"]/g),
  },
  {
    path: /(?:^|\/)(?:\.vault-token|\.vault[-_]pass(?:word)?)(?:\.txt)?$/,
    what: 'a token',
    find: literal(/^\s*(\S{4,})\s*$/gm),
  },
  {
    path: /(?:^|\/)(?:\.sentryclirc|sentry\.properties)$/,
    what: 'a token',
    find: literal(/(?:^|\.)token[ \t]*=[ \t]*(\S+)/gm),
  },
]

/** One expression for all, for the many files that none of them fits. */
const anyName = new RegExp(secretNames.map(({ path }) => path.source).join('|'), 'i')

/** The kinds of secret that a file may hold by its path. */
export function secretNamesOf(path: string): readonly SecretName[] {
  return anyName.test(path) && !isExampleFile(path) ? secretNames.filter((each) => each.path.test(path)) : []
}

/** `"github-oauth": { "github.com": "…" }` */
function composerToken(text: string): number | undefined {
  return literal(/"(?:github-oauth|gitlab-token|gitlab-oauth|bearer)"\s*:\s*\{\s*"[^"]+"\s*:\s*"([^"]+)"/g)(text)
}

/** Settings of a JSON text that stand on one line. */
function findJsonCredential(text: string): number | undefined {
  return findCredential(text.replace(/[{,]/g, (token) => (token === ',' ? '\n' : ' ')))
}
