import type { StageModel, StepModel } from '../facts.ts'
import { installedPackages } from './installed-packages.ts'
import { isWithin, withoutSlash } from './origins.ts'

/** Packages that bring the certificates of authorities, or need the package that does. */
const bringers =
  /^(?:ca-certificates.*|ca-certificates-java|.*-jre(?:-.*)?|.*-jdk(?:-.*)?|python3-(?:certifi|requests|pip)|mozilla-(?:nss|ca).*|nss|p11-kit-trust|openssl-certs)$/

/** Packages that recommend it. */
const recommending = /^(?:curl|wget|git|libcurl.*|gnupg.*|openssh.*|libssl.*|openssl|libgnutls.*|libgloox.*)$/

const places = /ca-certificates|ca-bundle|cacert|\bcert\.pem|roots?\.pem|\/etc\/(?:ssl|pki)|ca-trust|update-ca|SSL_CERT/

/** Whether the steps of a stage bring a trust store, or may do so. */
export function bringsTrust({ history, end }: StageModel): boolean {
  if (end.env.has('SSL_CERT_FILE') || end.env.has('SSL_CERT_DIR')) return true
  const { names, hasUnknown, hasRecommended } = installedPackages(history)
  if (hasUnknown || [...names].some((name) => bringers.test(name))) return true
  if (hasRecommended && [...names].some((name) => recommending.test(name))) return true
  return history.some((step) => copies(step) || writes(step))
}

function copies({ transfer }: StepModel): boolean {
  if (transfer === undefined) return false
  const destination = withoutSlash(transfer.destination)
  return transfer.sources.some(({ path, word }) => {
    if (places.test(word.text) || places.test(destination)) return true
    if (isWithin(destination, '/etc') || /^\/(?:usr\/share|usr)$/.test(destination)) return true
    if (path === '/' || path === '/etc') return true
    // A tree over the root may hold them; a single program does not.
    return destination === '/' && transfer.from.kind !== 'context' && mayBeTree(path)
  })
}

function mayBeTree(path: string): boolean {
  return /\/(?:root|rootfs|runtime|fs|image|dist|export|install|staging|layer|out|output|target|build)\/?$|\/\*$/.test(
    path,
  )
}

function writes({ kind, command }: StepModel): boolean {
  if (kind !== 'RUN') return false
  return (command?.script.commands ?? []).some(({ program, args, redirects }) =>
    [program, ...args, ...redirects.map(({ target }) => target.text)].some((word) => places.test(word)),
  )
}
