#!/bin/sh
# docs/openapi.json is OpenAPI 3.1 to a validator that nobody here wrote. It comes from npm; without npm or
# the registry the test is skipped.
# Usage: openapi_test.sh OPENAPI_JSON WORK_FOLDER
set -eu
document=$1
modules=$2/npm
package=@seriousme/openapi-schema-validator

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "skipped, for there is no node or no npm here"
    exit 77
fi
if [ ! -d "$modules/node_modules/$package" ]; then
    mkdir -p "$modules"
    npm install --prefix "$modules" --no-audit --no-fund "$package@2.11.0" >"$modules/log" 2>&1 || {
        echo "skipped, for npm can't install $package:"
        tail -3 "$modules/log"
        exit 77
    }
fi

cat >"$modules/validate.mjs" <<'END'
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
const validate = async (document) => {
    const validator = new Validator();
    const result = await validator.validate(document);
    if (result.valid) validator.resolveRefs(); // throws if one leads nowhere
    return { valid: result.valid, errors: result.errors, version: validator.version };
};
const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const result = await validate(document);
if (!result.valid) throw new Error(JSON.stringify(result.errors, null, 1));
if (result.version !== "3.1") throw new Error("this is OpenAPI " + result.version);

// It must be able to fail.
const spoilt = structuredClone(document);
Object.values(spoilt.paths)[0].post.responses = 5;
if ((await validate(spoilt)).valid) throw new Error("a spoilt document is valid");
const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((o) => o.operationId));
if (new Set(ids).size !== ids.length) throw new Error("an operationId is there twice");
console.log(`${ids.length} operations in OpenAPI ${result.version}`);
END
node "$modules/validate.mjs" "$document"
