// `node --import ./server/bin/check-node.js ...` ends with one line where Node is too old.
import { complaint, isTooOld } from "./node-version.js";

if (isTooOld()) {
  process.stderr.write(`${complaint()}\n`);
  process.exit(1);
}
