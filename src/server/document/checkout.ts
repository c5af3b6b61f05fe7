import { definition, record, text, uuid } from "./formats.ts";
import { jsonBody, optionalVersion, replica, uuidPath } from "./parameters.ts";
import { answer, errors } from "./responses.ts";
import type { Operation, Paths, Schema } from "./types.ts";

/** The operations that copy a bundle to a bucket. */
export function checkoutPaths(): Paths {
  return {
    "/bundles/{uuid}/checkout": { post: postCheckout() },
    "/bundles/checkout/{checkout_job_id}": { get: getCheckout() },
  };
}

function postCheckout(): Operation {
  return {
    operationId: "post_bundles_checkout",
    summary: "Copy a bundle to a bucket.",
    description:
      `Starts a job that lays out the files of a bundle, each verified, in \`bundles/<uuid>.<version>/\` of a bucket of yours, or of one of the service. Ask \`GET /bundles/checkout/{checkout_job_id}\` how far it is. The bucket must let the service write.

A service without buckets has directories in their place: those that it was started with, by their last name, and its own. It sends no mail.`,
    parameters: [
      uuidPath("The uuid of the bundle."),
      optionalVersion("The version to copy; the latest if not given."),
      replica("Replica to copy from."),
      jsonBody("Where to copy to; `{}` will do.", checkoutBody()),
    ],
    responses: {
      "200": answer(
        "The job was started.",
        record({ checkout_job_id: uuid("The id of the job.") }, [
          "checkout_job_id",
        ]),
      ),
      ...errors({
        codes: { 404: ["not_found"] },
        writes: true,
        retryAfterOn: [],
      }),
    },
  };
}

function checkoutBody(): Schema {
  return record({
    email: text(
      "An address to write to when the job has ended, if the service sends " +
        "mail.",
      { format: "email", pattern: "@" },
    ),
    destination: text(
      "The name of the bucket, in the cloud of the replica, or of the " +
        "directory; one of the service if not given.",
      { pattern: "^[^/]*$" },
    ),
  });
}

function getCheckout(): Operation {
  return {
    operationId: "get_bundles_checkout",
    summary: "Show how far a checkout job is.",
    description: "Gets the state of a job that `POST " +
      "/bundles/{uuid}/checkout` has started in the same replica.",
    parameters: [
      replica("Replica of the job."),
      uuidPath("The id of the job.", "checkout_job_id"),
    ],
    responses: {
      "200": answer("The state of the job.", definition("CheckoutStatus")),
      ...errors({ codes: { 404: ["not_found"] } }),
    },
  };
}
