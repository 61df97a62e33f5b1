import type { Evidence, ImageInside, InsideLayer } from '../../analysis/index.ts'
import { secretsIn } from '../../pitfalls/index.ts'

/** Credentials in the layers above the base; layers of images from elsewhere all count, as nobody knows which are of the base. */
export function findSecrets({ layers, blame }: ImageInside): Evidence<string> {
  const isOfBase = (layer: InsideLayer, index: number): boolean => {
    const step = blame?.layers[index]?.step
    return layer.line === undefined && step !== undefined && blame?.steps[step]?.kind === 'base'
  }
  const offenders = layers.flatMap((layer, index) =>
    isOfBase(layer, index)
      ? []
      : secretsIn(layer).map(({ path, what }) => ({
          text: `${what} in /${path}`,
          ...(layer.source === undefined || layer.line === undefined ? {} : { line: `${layer.source}:${layer.line}` }),
        })),
  )
  return { value: 'a layer holds credentials', offenders }
}
