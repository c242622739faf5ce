/** The forms of requests to humans, which come only once there is a request. */
export { RequestCard as default } from "./RequestCard";
