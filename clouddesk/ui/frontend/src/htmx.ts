/** htmx, bound to what the Content-Security-Policy allows: no inline style, no eval, no other server. */
import htmx from "htmx.org";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  allowScriptTags: false,
  historyCacheSize: 0,
});
