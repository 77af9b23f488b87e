// Amazon S3: REST-XML. Source of fact: Amazon S3 API Reference, API version 2006-03-01.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kS3{.id = "S3",
                            .model = "s3",
                            .host_prefix = "s3",
                            .signing_name = "s3",
                            .protocol = Protocol::RestXml};

namespace {

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";
constexpr std::string_view kOnePath = "/{Bucket}/{Key+}";
constexpr Shape kMetadata{.type = Type::Map, .element = &kString};

constexpr Member kBucket{"Bucket", &kString, true, Place::Path};
constexpr Member kKey{"Key", &kString, true, Place::Path};
constexpr Member kUploadId{"UploadId", &kString, true, Place::Query, "uploadId"};
constexpr Member kContentType{"ContentType", &kString, false, Place::Header, "Content-Type"};
constexpr Member kEtagField{"ETag", &kString, false, Place::Header, "ETag"};
constexpr Member kEncryption{"ServerSideEncryption", &kString, false, Place::Header,
                             "x-amz-server-side-encryption"};
constexpr Member kKmsKey{"SSEKMSKeyId", &kString, false, Place::Header,
                         "x-amz-server-side-encryption-aws-kms-key-id"};
constexpr Member kMetadataFields{"Metadata", &kMetadata, false, Place::Headers, "x-amz-meta-"};
constexpr Member kIfNoneMatch{"IfNoneMatch", &kString, false, Place::Header, "If-None-Match"};
constexpr Member kLength{"ContentLength", &kInteger, false, Place::Header, "Content-Length"};
constexpr Member kModified{"LastModified", &kTimestamp, false, Place::Header, "Last-Modified"};

constexpr Member kObjectKey[] = {kBucket, kKey};
constexpr Shape kObjectName{.type = Type::Structure, .members = kObjectKey};

// ListObjectsV2
constexpr Member kListInMembers[] = {
    kBucket,
    {"Delimiter", &kString, false, Place::Query, "delimiter"},
    {"EncodingType", &kString, false, Place::Query, "encoding-type"},
    {"MaxKeys", &kInteger, false, Place::Query, "max-keys"},
    {"Prefix", &kString, false, Place::Query, "prefix"},
    {"ContinuationToken", &kString, false, Place::Query, "continuation-token"},
    {"StartAfter", &kString, false, Place::Query, "start-after"},
};
constexpr Shape kListIn{.type = Type::Structure, .members = kListInMembers};
constexpr Member kEntryMembers[] = {
    {"Key", &kString, true},
    {"LastModified", &kTimestamp},
    {"ETag", &kString},
    {"Size", &kInteger, true},
};
constexpr Shape kEntry{.type = Type::Structure, .members = kEntryMembers};
constexpr Shape kEntries{.type = Type::List, .element = &kEntry, .flattened = true};
constexpr Member kPrefixMembers[] = {{"Prefix", &kString, true}};
constexpr Shape kPrefix{.type = Type::Structure, .members = kPrefixMembers};
constexpr Shape kPrefixes{.type = Type::List, .element = &kPrefix, .flattened = true};
constexpr Member kListOutMembers[] = {
    {"IsTruncated", &kBoolean, true},    {"Contents", &kEntries},
    {"CommonPrefixes", &kPrefixes},      {"EncodingType", &kString},
    {"NextContinuationToken", &kString},
};
constexpr Shape kListOut{.type = Type::Structure, .members = kListOutMembers};

// ListObjectVersions
constexpr Member kVersionsInMembers[] = {
    kBucket,
    {"EncodingType", &kString, false, Place::Query, "encoding-type"},
};
constexpr Shape kVersionsIn{.type = Type::Structure, .members = kVersionsInMembers};
constexpr Member kVersionMembers[] = {{"Key", &kString, true}, {"VersionId", &kString, true}};
constexpr Shape kVersion{.type = Type::Structure, .members = kVersionMembers};
constexpr Shape kVersions{.type = Type::List, .element = &kVersion, .flattened = true};
constexpr Member kVersionsOutMembers[] = {
    {"IsTruncated", &kBoolean, true},
    {"Versions", &kVersions, false, Place::Body, "Version"},
    {"DeleteMarkers", &kVersions, false, Place::Body, "DeleteMarker"},
    {"EncodingType", &kString},
};
constexpr Shape kVersionsOut{.type = Type::Structure, .members = kVersionsOutMembers};

// DeleteObject
constexpr Member kDeleteInMembers[] = {
    kBucket, kKey, {"VersionId", &kString, false, Place::Query, "versionId"}};
constexpr Shape kDeleteIn{.type = Type::Structure, .members = kDeleteInMembers};

// GetObject
constexpr Member kGetInMembers[] = {
    kBucket,
    kKey,
    {"Range", &kString, false, Place::Header, "Range"},
    {"IfMatch", &kString, false, Place::Header, "If-Match"},
};
constexpr Shape kGetIn{.type = Type::Structure, .members = kGetInMembers};
constexpr Member kGetOutMembers[] = {
    {"Body", &kBlob, false, Place::Payload},
    kLength,
    {"ContentRange", &kString, false, Place::Header, "Content-Range"},
    kEtagField,
    kModified,
    kMetadataFields,
};
constexpr Shape kGetOut{.type = Type::Structure, .members = kGetOutMembers};

// HeadObject, HeadBucket
constexpr Member kHeadOutMembers[] = {kLength, kEtagField, kModified, kMetadataFields};
constexpr Shape kHeadOut{.type = Type::Structure, .members = kHeadOutMembers};
constexpr Member kHeadBucketInMembers[] = {kBucket};
constexpr Shape kHeadBucketIn{.type = Type::Structure, .members = kHeadBucketInMembers};
constexpr Member kHeadBucketOutMembers[] = {
    {"BucketRegion", &kString, false, Place::Header, "x-amz-bucket-region"}};
constexpr Shape kHeadBucketOut{.type = Type::Structure, .members = kHeadBucketOutMembers};

// PutObject
constexpr Member kPutInMembers[] = {
    {"Body", &kBlob, false, Place::Payload},
    kBucket,
    kKey,
    kContentType,
    kIfNoneMatch,
    kEncryption,
    kKmsKey,
    kMetadataFields,
};
constexpr Shape kPutIn{.type = Type::Structure, .members = kPutInMembers};
constexpr Member kPutOutMembers[] = {kEtagField};
constexpr Shape kPutOut{.type = Type::Structure, .members = kPutOutMembers};

// Multipart uploads
constexpr Member kCreateInMembers[] = {kBucket,     kKey,    kContentType,
                                       kEncryption, kKmsKey, kMetadataFields};
constexpr Shape kCreateIn{.type = Type::Structure, .members = kCreateInMembers};
constexpr Member kCreateOutMembers[] = {{"UploadId", &kString, true}};
constexpr Shape kCreateOut{.type = Type::Structure, .members = kCreateOutMembers};
constexpr Member kPartInMembers[] = {
    {"Body", &kBlob, false, Place::Payload},
    kBucket,
    kKey,
    {"PartNumber", &kInteger, true, Place::Query, "partNumber"},
    kUploadId,
};
constexpr Shape kPartIn{.type = Type::Structure, .members = kPartInMembers};
constexpr Member kPartOutMembers[] = {{"ETag", &kString, true, Place::Header, "ETag"}};
constexpr Shape kPartOut{.type = Type::Structure, .members = kPartOutMembers};
constexpr Member kCompletedPartMembers[] = {{"ETag", &kString}, {"PartNumber", &kInteger}};
constexpr Shape kCompletedPart{.type = Type::Structure, .members = kCompletedPartMembers};
constexpr Shape kCompletedParts{.type = Type::List, .element = &kCompletedPart, .flattened = true};
constexpr Member kCompletedMembers[] = {{"Parts", &kCompletedParts, false, Place::Body, "Part"}};
constexpr Shape kCompleted{.type = Type::Structure, .members = kCompletedMembers};
constexpr Member kCompleteInMembers[] = {
    kBucket,
    kKey,
    {"MultipartUpload", &kCompleted, false, Place::Payload, "CompleteMultipartUpload", kNamespace},
    kUploadId,
    kIfNoneMatch,
};
constexpr Shape kCompleteIn{.type = Type::Structure, .members = kCompleteInMembers};
constexpr Member kCompleteOutMembers[] = {{"ETag", &kString, true}};
constexpr Shape kCompleteOut{.type = Type::Structure, .members = kCompleteOutMembers};
constexpr Member kAbortInMembers[] = {kBucket, kKey, kUploadId};
constexpr Shape kAbortIn{.type = Type::Structure, .members = kAbortInMembers};

constexpr Operation operation(std::string_view name, std::string_view method, std::string_view path,
                              const Shape& input, const Shape& output) {
  return {&kS3, name, method, path, &input, &output};
}

}  // namespace

constinit const Operation kListObjectsV2 =
    operation("ListObjectsV2", "GET", "/{Bucket}?list-type=2", kListIn, kListOut);
constinit const Operation kListObjectVersions =
    operation("ListObjectVersions", "GET", "/{Bucket}?versions", kVersionsIn, kVersionsOut);
constinit const Operation kGetObject = operation("GetObject", "GET", kOnePath, kGetIn, kGetOut);
constinit const Operation kHeadObject =
    operation("HeadObject", "HEAD", kOnePath, kObjectName, kHeadOut);
constinit const Operation kHeadBucket =
    operation("HeadBucket", "HEAD", "/{Bucket}", kHeadBucketIn, kHeadBucketOut);
constinit const Operation kPutObject = operation("PutObject", "PUT", kOnePath, kPutIn, kPutOut);
constinit const Operation kDeleteObject =
    operation("DeleteObject", "DELETE", kOnePath, kDeleteIn, kNothing);
// Tried again although a second upload begins then: the first one holds no parts, and S3 promises
// nothing better to anyone.
constinit const Operation kCreateMultipartUpload =
    operation("CreateMultipartUpload", "POST", "/{Bucket}/{Key+}?uploads", kCreateIn, kCreateOut);
constinit const Operation kUploadPart = operation("UploadPart", "PUT", kOnePath, kPartIn, kPartOut);
constinit const Operation kCompleteMultipartUpload =
    operation("CompleteMultipartUpload", "POST", kOnePath, kCompleteIn, kCompleteOut);
constinit const Operation kAbortMultipartUpload =
    operation("AbortMultipartUpload", "DELETE", kOnePath, kAbortIn, kNothing);

}  // namespace trailwarden::aws
