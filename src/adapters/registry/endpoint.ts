import type { Reference } from '../../oci/index.ts'

/** Whether a host (with or without port) is this machine: localhost, 127.0.0.0/8, ::1. Plain HTTP and no proxy there. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
}

/** `/library/debian/manifests/bookworm` and the like, below the endpoint. */
export function manifestPath(reference: Reference): string {
  return `/${reference.repository}/manifests/${reference.digest ?? reference.tag ?? 'latest'}`
}

/** Under which names docker's configuration may keep the credentials of a registry. */
export function credentialKeys(registry: string): readonly string[] {
  if (registry === 'docker.io')
    return ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io']
  return [registry, `https://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`, `http://${registry}`]
}
