import type { Palette } from './palette.ts'

/** How comparisons of images are shown. */
export interface DifferenceStyle {
  readonly width: number
  readonly palette: Palette
  /** Every file instead of sums by directory. */
  readonly allFiles: boolean
}
