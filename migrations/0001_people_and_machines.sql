CREATE TABLE `registration_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`labels` text DEFAULT '[]' NOT NULL,
	`sharing` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`runner_id` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_tokens_token_hash_unique` ON `registration_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `registration_tokens_organisation` ON `registration_tokens` (`organisation_id`);--> statement-breakpoint
CREATE TABLE `runner_projects` (
	`organisation_id` text NOT NULL,
	`runner_id` text NOT NULL,
	`project_id` text NOT NULL,
	PRIMARY KEY(`runner_id`, `project_id`)
);
--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`config_id` text DEFAULT 'default' NOT NULL,
	`name` text,
	`start` text,
	`prefix` text,
	`key` text NOT NULL,
	`reference_id` text NOT NULL,
	`organisation_id` text,
	`created_by` text,
	`refill_interval` integer,
	`refill_amount` integer,
	`last_refill_at` integer,
	`enabled` integer DEFAULT true,
	`rate_limit_enabled` integer DEFAULT false,
	`rate_limit_time_window` integer,
	`rate_limit_max` integer,
	`request_count` integer DEFAULT 0,
	`remaining` integer,
	`last_request` integer,
	`expires_at` integer,
	`permissions` text,
	`metadata` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_key` ON `api_keys` (`key`);--> statement-breakpoint
CREATE INDEX `api_keys_reference` ON `api_keys` (`reference_id`);--> statement-breakpoint
CREATE TABLE `device_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`device_code` text NOT NULL,
	`user_code` text NOT NULL,
	`user_id` text,
	`expires_at` integer NOT NULL,
	`status` text NOT NULL,
	`last_polled_at` integer,
	`polling_interval` integer,
	`client_id` text,
	`scope` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `device_codes_device_code_unique` ON `device_codes` (`device_code`);--> statement-breakpoint
CREATE UNIQUE INDEX `device_codes_user_code_unique` ON `device_codes` (`user_code`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`email` text,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`token_hash` text,
	`inviter_id` text NOT NULL,
	`accepted_by` text,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_token_hash_unique` ON `invitations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitations_organisation` ON `invitations` (`organisation_id`);--> statement-breakpoint
CREATE TABLE `project_members` (
	`organisation_id` text NOT NULL,
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`project_id`, `user_id`)
);
--> statement-breakpoint
DROP INDEX `audit_organisation`;--> statement-breakpoint
ALTER TABLE `audit` ADD `actor_kind` text DEFAULT 'person' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit` ADD `actor_name` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit` ADD `target_kind` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit` ADD `target_name` text;--> statement-breakpoint
ALTER TABLE `audit` ADD `project_id` text;--> statement-breakpoint
ALTER TABLE `audit` ADD `address` text;--> statement-breakpoint
ALTER TABLE `audit` ADD `details` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
CREATE INDEX `audit_organisation` ON `audit` (`organisation_id`,`at`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_members` (
	`id` text PRIMARY KEY NOT NULL,
	`organisation_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_members`("id", "organisation_id", "user_id", "role", "created_at") SELECT 'mem_' || lower(hex(randomblob(16))), "organisation_id", "user_id", "role", "created_at" FROM `members`;--> statement-breakpoint
DROP TABLE `members`;--> statement-breakpoint
ALTER TABLE `__new_members` RENAME TO `members`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `members_user` ON `members` (`user_id`,`organisation_id`);--> statement-breakpoint
CREATE INDEX `members_organisation` ON `members` (`organisation_id`);--> statement-breakpoint
ALTER TABLE `organisations` ADD `slug` text;--> statement-breakpoint
ALTER TABLE `organisations` ADD `logo` text;--> statement-breakpoint
ALTER TABLE `organisations` ADD `metadata` text;--> statement-breakpoint
CREATE UNIQUE INDEX `organisations_slug_unique` ON `organisations` (`slug`);--> statement-breakpoint
ALTER TABLE `projects` ADD `restricted` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `runners` ADD `public_key` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `runners` ADD `sharing` text DEFAULT 'owner' NOT NULL;--> statement-breakpoint
ALTER TABLE `runners` ADD `labels` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `runners` ADD `note` text;--> statement-breakpoint
ALTER TABLE `runners` ADD `paused` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `runners` ADD `draining` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `runners` ADD `repositories` text;--> statement-breakpoint
ALTER TABLE `session` ADD `active_organization_id` text;--> statement-breakpoint
DELETE FROM `session`;