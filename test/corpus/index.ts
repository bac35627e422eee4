/** The corpus of odd responses: every trick with codings, framings and fields that we know, each around a payload. */
import { codingResponses } from './codings.js'
import { damageResponses } from './damage.js'
import { framingResponses } from './framings.js'
import { headResponses } from './heads.js'
import { partResponses } from './parts.js'
import type { OddResponse } from './response.js'
import { spellingResponses } from './spellings.js'

export const oddResponses: readonly OddResponse[] = [
  ...codingResponses,
  ...spellingResponses,
  ...damageResponses,
  ...framingResponses,
  ...headResponses,
  ...partResponses,
]
