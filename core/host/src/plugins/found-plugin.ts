import type { SectionSchema } from '@fsigk/config'
import type { PluginKind, PluginManifest } from '@fsigk/plugin-api'

export type Isolation = PluginManifest['isolation']

/** A plugin whose manifest and schema are in order. JSON-able: it travels to workers. None of its code has run yet. */
export interface FoundPlugin {
  readonly id: string
  readonly kind: PluginKind
  /** Where it runs: what its manifest says, but `inline` only for what ships with the product and for protocols. */
  readonly isolation: Isolation
  readonly version: string
  /** Changes when its files are replaced, even by others of the same version. */
  readonly stamp: string
  /** The package's folder, symbolic links resolved. */
  readonly folder: string
  /** The module that exports its definition. */
  readonly entry: string
  /** The section that its settings stand in; undefined when it has no settings. For a protocol, the name of its service. */
  readonly section: string | undefined
  readonly schema: SectionSchema | undefined
  /** What a scanner's manifest says of how it judges. */
  readonly scanner?: PluginManifest['scanner']
}

/** A plugin that the host does without, and why. */
export interface LeftOutPlugin {
  /** Its id, or the name of its folder when the manifest does not tell. */
  readonly id: string
  readonly folder: string
  readonly code: string
  readonly because: string
}
