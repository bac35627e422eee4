import { renderValue, type SettingValue } from '@fsigk/config'
import { cell } from '../print.js'

/** A value of a setting as one cell of a table; `''` for an empty one, so that it can be seen. */
export function valueCell(value: SettingValue | null, longest?: number): string {
  return value === null ? '(unset)' : cell(renderValue(value), longest) || "''"
}
