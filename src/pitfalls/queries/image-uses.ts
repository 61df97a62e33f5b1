import type { BaseProfile } from '../../bases/index.ts'
import type { Location } from '../../core/index.ts'
import type { Facts } from '../facts.ts'

/** An image from outside that the final image is made with. */
export interface ImageUse {
  readonly image: BaseProfile
  /** The line that names it. */
  readonly at: Location
  readonly via: 'from' | 'copy' | 'mount'
}

/** Images that reachable stages start from, copy from and mount, in the order of the file; not scratch. */
export function externalImages({ stages }: Facts): readonly ImageUse[] {
  return stages
    .filter(({ reachable }) => reachable)
    .flatMap((stage): readonly ImageUse[] => {
      const isImage = stage.parent === undefined && !stage.base.isEmpty && stage.stage.base.kind === 'image'
      const base: readonly ImageUse[] = isImage ? [{ image: stage.base, at: stage.at, via: 'from' }] : []
      const used = stage.steps.flatMap((step): readonly ImageUse[] => {
        const copied = step.transfer?.from.kind === 'image' ? [step.transfer.from.base] : []
        const mounted = step.mounts.flatMap(({ source }) => (source?.kind === 'image' ? [source.base] : []))
        return [
          ...copied.map((image) => ({ image, at: step.at, via: 'copy' as const })),
          ...mounted.map((image) => ({ image, at: step.at, via: 'mount' as const })),
        ]
      })
      return [...base, ...used]
    })
}
