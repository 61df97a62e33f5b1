import { type OutputSpec, parseAnnotation, parseOutputSpec } from '../../adapters/exporters/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { BuildRequest } from './build-request.ts'

/**
 * `-o` as given; without it the image goes to the store. `--push` pushes what goes to the store, with its options, or
 * else adds that. Annotations are for every output that writes a manifest. Throws `bad-option-value` and `usage`.
 */
export function wantedOutputs({
  outputs,
  push,
  annotations,
}: Pick<BuildRequest, 'outputs' | 'push' | 'annotations'>): readonly OutputSpec[] {
  const given = (outputs.length > 0 ? outputs : ['type=image']).map(parseOutputSpec)
  const pushed = push ? withPush(given) : given
  return annotations.length > 0 ? withAnnotations(pushed, annotations) : pushed
}

function withPush(outputs: readonly OutputSpec[]): readonly OutputSpec[] {
  if (!outputs.some((output) => output.kind === 'image')) return [...outputs, parseOutputSpec('type=image,push=true')]
  return outputs.map((output) => (output.kind === 'image' ? { ...output, push: true } : output))
}

function withAnnotations(outputs: readonly OutputSpec[], texts: readonly string[]): readonly OutputSpec[] {
  const more = texts.flatMap(parseAnnotation)
  const writesManifest = (output: OutputSpec): boolean =>
    output.kind === 'oci' || output.kind === 'docker' || (output.kind === 'image' && output.push)
  if (!outputs.some(writesManifest)) {
    throw new SlipwayError('usage', 'an annotation stands in a manifest, and no output writes one', {
      hint: 'add --push or -o type=oci,dest=FILE, or write --label',
    })
  }
  return outputs.map((output) =>
    'image' in output
      ? { ...output, image: { ...output.image, annotations: [...output.image.annotations, ...more] } }
      : output,
  )
}
