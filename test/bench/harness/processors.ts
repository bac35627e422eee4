/** Proxies on one processor, load and origin on another: neither takes from the other, whoever is measured. */
export const PROXY_PROCESSOR = 0
export const LOAD_PROCESSOR = 1
