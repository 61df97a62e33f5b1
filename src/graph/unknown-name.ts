import { nearest } from '../core/index.ts'
import { normalizedKey, parseReference } from '../oci/index.ts'
import type { GraphOptions } from './stage-graph.ts'

/** Names that people give to stages and that no image on Docker Hub's official list has. */
const stageWords = wordSet(
  'build builder building built compile compiler base deps dependencies install installer dev develop ' +
    'development prod production test tests tester testing runtime run runner final release dist assets ' +
    'frontend backend client server packages vendor modules node_modules source sources src prepare stage app ' +
    'lint',
)

/** Images that people really copy from; a stage with a similar name must not make them errors. */
const commonImages = wordSet(
  'alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy centos composer debian ' +
    'docker dotnet eclipse-temurin elixir erlang fedora gcc golang gradle haproxy haskell httpd hugo influxdb ' +
    'julia kibana mariadb maven memcached mongo mysql nginx node openjdk oraclelinux perl php postgres python ' +
    'rabbitmq redis rockylinux ruby rust swift tomcat traefik ubuntu vault wordpress',
)

/**
 * Whether a name after `--from=` that is neither a stage nor a context is so likely meant to be a stage that asking a
 * registry for it would only bring a misleading answer. A tag, a digest, a path or a local image settle the question.
 */
export function looksLikeStage(name: string, stageNames: readonly string[], options: GraphOptions): boolean {
  if (!/^[\w-]+$/.test(name) || isLocalImage(name, options)) return false
  const word = name.toLowerCase()
  if (stageWords.has(word)) return true
  return !commonImages.has(word) && nearest(word, stageNames).length > 0
}

function isLocalImage(name: string, options: GraphOptions): boolean {
  const reference = parseReference(name)
  return !('error' in reference) && options.localImages?.has(normalizedKey(reference)) === true
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}
