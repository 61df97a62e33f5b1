import { type Component, placeText } from './components.ts'
import type { Sbom } from './sbom.ts'

/** A name below `slipway:` and its text; docs/concepts/sbom.md has the list. */
export interface Property {
  readonly name: string
  readonly value: string
}

/** What is known of a component beyond what the formats have members for. */
export function propertiesOf({
  type,
  origin,
  source,
  isDevelopment,
  isDeclared,
  buildStage,
  places,
}: Component): readonly Property[] {
  return [
    property('package:type', type),
    property('package:origin', origin),
    property('package:source', source === undefined ? undefined : `${source.name} ${source.version}`),
    property('package:development', isDevelopment ? 'true' : undefined),
    property('package:declared', isDeclared ? 'true' : undefined),
    property('stage', buildStage),
    ...places.flatMap((place, index) => [
      property(`location:${index}:path`, placeText(place)),
      property(`location:${index}:layerID`, place.from?.layer),
      property(`location:${index}:line`, place.from?.source),
      property(`location:${index}:stage`, place.from?.stage),
      property(`location:${index}:instruction`, place.from?.instruction),
      property(`location:${index}:maker:line`, place.from?.maker?.source),
      property(`location:${index}:maker:stage`, place.from?.maker?.stage),
      property(`location:${index}:maker:instruction`, place.from?.maker?.instruction),
    ]),
  ].flat()
}

/** What could not be read, and which stages nothing is known of. */
export function gapsOf({ skipped, unknownStages = [] }: Sbom): readonly Property[] {
  return [
    ...skipped.map(({ path, reason }) => ({ name: 'slipway:skipped', value: `/${path}: ${reason}` })),
    ...unknownStages.map((value) => ({ name: 'slipway:unknown-stage', value })),
  ]
}

function property(name: string, value: string | undefined): readonly Property[] {
  return value === undefined || value === '' ? [] : [{ name: `slipway:${name}`, value }]
}
